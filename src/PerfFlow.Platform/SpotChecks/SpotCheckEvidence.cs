using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>
/// 抽评佐证材料清单: what proves each indicator of the self-evaluation (domain.md §3.7). Rows and self scores are those of the
/// approved self-evaluation; where the platform has none, the unit types them.
/// </summary>
public sealed class SpotCheckEvidence : AppraisalKind
{
    public const string Table = "evidence";

    private static readonly FormLayout TheLayout = new(
        "spot-check-evidence",
        Facts,
        new FormSection("spot-evidence")
        {
            Fields = [Points(SpotFields.Self), Words(SpotFields.SelfGrade)],
            Tables =
            [
                new TableSpec(
                    Table,
                    new FieldSpec("name", FormFieldKind.Text, true) { Fact = true, MaxLength = 100 },
                    new FieldSpec("weight", FormFieldKind.Number, true) { Fact = true },
                    new FieldSpec("self", FormFieldKind.Score, true) { Fact = true },
                    new FieldSpec("actual", FormFieldKind.Text, false) { Fact = true },
                    new FieldSpec("material", FormFieldKind.LongText, true) { MaxLength = 500 })
                {
                    Seeded = true,
                    Closed = true,
                    Sums = ["weight", "self"],
                },
            ],
        },
        new FormSection("spot-files") { Files = true },
        Filler("spot-filler", headed: true));

    private SpotCheckEvidence()
    {
    }

    public static SpotCheckEvidence Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>CP01: a self score lies between 0 and the weight.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } = [.. FormRules.Common, SpotFields.InRange("CP01", Table, "self", "weight")];

    public override IReadOnlyList<string> AttachmentKinds => ["evidence"];

    public override IReadOnlyList<string> RequiredAttachments => ["evidence"];

    protected override async Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(form);
        return form.WithRows(Table, await SelfScores.OfAsync(db, filing.Project.Id, ct));
    }

    protected override FormContent Compute(FormContent form, RegionParameters parameters) => SpotFields.WithSum(form, Table, "self", SpotFields.Self, SpotFields.SelfGrade, parameters);
}
