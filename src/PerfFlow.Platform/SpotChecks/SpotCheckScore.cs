using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>
/// 抽评评分表: the spot score beside the self score of every indicator, with the reason where they differ. Hidden from the
/// unit and its department until the performance section has checked it and feeds it back (domain.md §1, V5).
/// </summary>
public sealed class SpotCheckScore : AppraisalKind
{
    public const string Table = "spot";

    private static readonly FormLayout TheLayout = new(
        "spot-check-score",
        Facts,
        new FormSection("spot-scores")
        {
            Fields = [Points(SpotFields.Self), Words(SpotFields.SelfGrade), Points(SpotFields.Total), Words(SpotFields.Grade), Points(SpotFields.Difference), Long("spot.conclusion", false)],
            Tables =
            [
                new TableSpec(
                    Table,
                    SpotFields.Known("name", FormFieldKind.Text),
                    SpotFields.Known("weight", FormFieldKind.Number),
                    SpotFields.Known("self", FormFieldKind.Score),
                    new FieldSpec("score", FormFieldKind.Score, true),
                    SpotFields.Known("difference", FormFieldKind.Score),
                    new FieldSpec("reason", FormFieldKind.LongText, false) { MaxLength = 500 },
                    SpotFields.Known("material", FormFieldKind.LongText))
                {
                    Fixed = true,
                    Sums = ["weight", "self", "score", "difference"],
                },
            ],
        },
        new FormSection("spot-problems") { Tables = [ProblemTable] },
        new FormSection("spot-score-files") { Files = true },
        Filler("spot-score-filler", headed: false));

    private SpotCheckScore()
    {
    }

    public static SpotCheckScore Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>CP02: points between 0 and the weight. CP03: a reason where they differ from the self score.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        SpotFields.InRange("CP02", Table, "score", "weight"),
        AppraisalChecks.NeededInRows("CP03", Table, "reason", r => r.Number("score") is { } score && score != r.Number("self")),
    ];

    public override (string Node, string Outcome)? RevealedBy => ("verify", "Approve");

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        var evidence = Earlier(filing, SpotCheckEvidence.Instance);
        return Task.FromResult(form.Copy(evidence, SpotFields.Self, SpotFields.SelfGrade)
            .WithRows(Table, [.. (evidence?.Rows(SpotCheckEvidence.Table) ?? []).Select(r =>
                Row(r.Id, ("name", r["name"]), ("weight", r["weight"]), ("material", r["material"]), ("self", r["self"])))]));
    }

    protected override FormContent Compute(FormContent form, RegionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(form);
        form = form.WithRows(Table, [.. form.Rows(Table).Select(r => r.With("difference", FormValue.Write(r.Number("score") - r.Number("self"))))]);
        form = SpotFields.WithSum(form, Table, "score", SpotFields.Total, SpotFields.Grade, parameters);
        return form.With(SpotFields.Difference, form.Number(SpotFields.Total) - form.Number(SpotFields.Self));
    }
}
