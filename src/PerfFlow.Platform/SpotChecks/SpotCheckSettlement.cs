using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>抽评定稿表: each objection taken or not, and the score that then stands.</summary>
public sealed class SpotCheckSettlement : AppraisalKind
{
    public const string Table = "settlements";

    private const string Taken = "yes";

    private static readonly FormLayout TheLayout = new(
        "spot-check-settlement",
        Facts,
        new FormSection("spot-settlements")
        {
            Fields =
            [
                Points(SpotFields.Self), Words(SpotFields.SelfGrade), Points(SpotFields.Total), Words(SpotFields.Grade), Points(SpotFields.Final), Words(SpotFields.FinalGrade),
                Long("spot.conclusion", false),
            ],
            Tables =
            [
                new TableSpec(
                    Table,
                    SpotFields.Known("name", FormFieldKind.Text),
                    SpotFields.Known("weight", FormFieldKind.Number),
                    SpotFields.Known("score", FormFieldKind.Score),
                    SpotFields.Known("asked", FormFieldKind.Score),
                    SpotFields.Known("said", FormFieldKind.LongText),
                    OneOf("taken", true, Taken, "no"),
                    new FieldSpec("final", FormFieldKind.Score, true),
                    new FieldSpec("reason", FormFieldKind.LongText, false) { MaxLength = 500 })
                {
                    Fixed = true,
                },
            ],
        },
        new FormSection("spot-settled-problems") { Tables = [ProblemTable] },
        Filler("spot-settled-filler", headed: false));

    private SpotCheckSettlement()
    {
    }

    public static SpotCheckSettlement Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>CP07: final points between 0 and the weight. CP08: a reason where the objection is not taken.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        SpotFields.InRange("CP07", Table, "final", "weight"),
        AppraisalChecks.NeededInRows("CP08", Table, "reason", r => r["taken"].Length > 0 && r["taken"] != Taken),
    ];

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        var (score, objection) = (Earlier(filing, SpotCheckScore.Instance), Earlier(filing, SpotCheckObjection.Instance));
        return Task.FromResult(form.Copy(score, SpotFields.Self, SpotFields.SelfGrade, SpotFields.Total, SpotFields.Grade)
            .WithRows(Problems, score?.Rows(Problems) ?? [])
            .WithRows(Table, [.. (objection?.Rows(SpotCheckObjection.Table) ?? []).Where(SpotCheckObjection.Objected).Select(r =>
                Row(r.Id, ("name", r["name"]), ("weight", r["weight"]), ("score", r["score"]), ("asked", r["asked"]), ("said", r["said"])))]));
    }

    /// <summary>What is not taken keeps the spot score; what is taken gets the asked one unless another is written.</summary>
    protected override FormContent Compute(FormContent form, RegionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(form);
        form = form.WithRows(Table, [.. form.Rows(Table).Select(r => r["taken"] switch
        {
            "" => r,
            Taken => r["final"].Length > 0 ? r : r.With("final", r["asked"]),
            _ => r.With("final", r["score"]),
        })]);
        var rows = form.Rows(Table);
        decimal? final = rows.All(r => r.Number("final") is not null) && form.Number(SpotFields.Total) is { } spot
            ? AppraisalGrades.Round(spot + rows.Sum(r => r.Number("final")!.Value - (r.Number("score") ?? 0)), parameters)
            : null;
        return form.With(SpotFields.Final, final).With(SpotFields.FinalGrade, AppraisalGrades.Of(final, parameters));
    }
}
