using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>抽评异议书: what the unit objects to, indicator by indicator, with evidence; once, within the answer period (domain.md §3.7).</summary>
public sealed class SpotCheckObjection : AppraisalKind
{
    public const string Table = "objections";

    private static readonly FormLayout TheLayout = new(
        "spot-check-objection",
        Facts,
        new FormSection("spot-objections")
        {
            Fields = [Points(SpotFields.Self), Words(SpotFields.SelfGrade), Points(SpotFields.Total), Words(SpotFields.Grade)],
            Tables =
            [
                new TableSpec(
                    Table,
                    SpotFields.Known("name", FormFieldKind.Text),
                    SpotFields.Known("weight", FormFieldKind.Number),
                    SpotFields.Known("self", FormFieldKind.Score),
                    SpotFields.Known("score", FormFieldKind.Score),
                    new FieldSpec("asked", FormFieldKind.Score, false),
                    new FieldSpec("said", FormFieldKind.LongText, false) { MaxLength = 1000 },
                    SpotFields.Known("reason", FormFieldKind.LongText))
                {
                    Fixed = true,
                },
            ],
        },
        new FormSection("spot-objection-files") { Files = true },
        Filler("spot-objection-filler", headed: true));

    private SpotCheckObjection()
    {
    }

    public static SpotCheckObjection Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>CP04: an objection objects to something. CP05: with words. CP06: asked points between 0 and the weight.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        new FormRule("CP04", FindingLevel.Error, check => check.Rows(Table).Any(Objected) ? [] : [new Hit(Table)]),
        AppraisalChecks.NeededInRows("CP05", Table, "said", r => r["asked"].Length > 0),
        SpotFields.InRange("CP06", Table, "asked", "weight"),
    ];

    public override IReadOnlyList<string> AttachmentKinds => ["evidence"];

    public override IReadOnlyList<string> RequiredAttachments => ["evidence"];

    internal static bool Objected(FormRow row) => row["said"].Length > 0;

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        var score = Earlier(filing, SpotCheckScore.Instance);
        return Task.FromResult(form.Copy(score, SpotFields.Self, SpotFields.SelfGrade, SpotFields.Total, SpotFields.Grade)
            .WithRows(Table, [.. (score?.Rows(SpotCheckScore.Table) ?? []).Select(r =>
                Row(r.Id, ("name", r["name"]), ("weight", r["weight"]), ("self", r["self"]), ("score", r["score"]), ("reason", r["reason"])))]));
    }
}
