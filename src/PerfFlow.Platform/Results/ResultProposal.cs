using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Results;

/// <summary>
/// 结果应用建议 (domain.md §3.10): what is to be done to which year's budget, on what evidence. The amount that goes away and
/// what remains are computed here from what was typed; nobody types a result.
/// </summary>
public sealed class ResultProposal : FilingKind
{
    public const string Cancel = "cancel";
    public const string Ratio = "ratio";

    private const int Decimals = 6;

    /// <summary>取消·不安排, 核减, 按比例扣减, 调减, 收回, 暂停拨付, 约谈, 通报.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Cancel, "cut", Ratio, "reduce", "recover", "suspend", "interview", "circular"];

    /// <summary>Those that name an amount.</summary>
    public static IReadOnlyList<string> Moneyed { get; } = [Cancel, "cut", Ratio, "reduce", "recover", "suspend"];

    private static readonly FormLayout TheLayout = new(
        "result-proposal",
        new FormSection("result-evidence")
        {
            Fields =
            [
                Fact("result.source", FormFieldKind.Choice) with { LabelKey = "fields.rectify.source", Choices = ["monitoring", "self-evaluation", "department-evaluation", "spot-check", "finance-evaluation", "goal-filing", "rectification"] },
                Fact("fiscalYear", FormFieldKind.Year),
                Fact("project.code", FormFieldKind.Text),
                Fact("project.name", FormFieldKind.Text),
                Fact("department.name", FormFieldKind.Text),
                Fact("unit.name", FormFieldKind.Text),
                Fact("result.score", FormFieldKind.Score) with { LabelKey = "fields.rectify.score" },
                Fact("result.grade", FormFieldKind.Text) with { LabelKey = "fields.rectify.grade" },
                Fact("result.evidence", FormFieldKind.LongText),
            ],
        },
        new FormSection("result-measure")
        {
            Fields =
            [
                new FieldSpec("result.kind", FormFieldKind.Choice, true) { Choices = Kinds },
                new FieldSpec("result.targetYear", FormFieldKind.Year, true),
                new FieldSpec("result.before", FormFieldKind.Money, false),
                new FieldSpec("result.percent", FormFieldKind.Number, false),
                new FieldSpec("result.amount", FormFieldKind.Money, false),
                Fact("result.change", FormFieldKind.Money),
                Fact("result.after", FormFieldKind.Money),
                new FieldSpec("result.reason", FormFieldKind.LongText, true),
            ],
        },
        new FormSection("result-files") { Files = true },
        new FormSection("result-head") { Fields = [new FieldSpec("filler", FormFieldKind.Text, true), new FieldSpec("filedOn", FormFieldKind.Date, true)] })
    {
        AmountPath = "result.change",
    };

    private ResultProposal()
    {
    }

    public static ResultProposal Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules => ResultRules.Proposal;

    /// <summary>Units and departments are told what was decided, not what is being considered.</summary>
    public override (string Node, string Outcome)? RevealedBy => ("approve", "Approve");

    public override async Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(filing);
        var origin = filing.Case.OriginId ?? 0;
        var source = await SourceOfAsync(db, origin, ct);
        var findings = await Findings.OfAsync(db, origin, ct);
        var content = FormContent.Empty(TheLayout)
            .With("result.source", source)
            .With("fiscalYear", filing.Project.FiscalYear)
            .With("project.code", filing.Project.Code)
            .With("project.name", filing.Project.Name)
            .With("department.name", filing.Department.Name)
            .With("unit.name", filing.Unit.Name)
            .With("result.score", findings.Score)
            .With("result.grade", RectificationForm.GradeOf(findings, filing))
            .With("result.evidence", await EvidenceAsync(db, origin, source, findings, ct))
            .With("result.targetYear", filing.Project.FiscalYear + 1)
            .With("result.before", filing.Project.Adjusted > 0 ? filing.Project.Adjusted : filing.Project.Initial);
        return Settle(Proposed(content, filing), content, filing);
    }

    public override FormContent Settle(FormContent typed, FormContent facts, FilingCase filing)
    {
        var settled = base.Settle(typed, facts, filing);
        var change = ChangeOf(settled);
        return settled.With("result.change", change).With("result.after", settled.Number("result.before") - change);
    }

    protected override async Task<object?> KnownAsync(CheckContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (own, project, year) = (context.Filing.Case.Id, context.Filing.Project.Id, (int?)context.Content.Number("result.targetYear"));
        var regions = context.Filing.Case.RegionId;
        // The same project stands in the library once per fiscal year: it is the same by its code.
        var code = context.Filing.Project.Code;
        return await context.Db.ResultAmounts.AsNoTracking()
            .Where(r => r.CaseId != own && r.RegionId == regions && r.TargetYear == year && Moneyed.Contains(r.Kind!)
                && (r.ObjectId == project || context.Db.Projects.Any(p => p.Id == r.ObjectId && p.Code == code))
                && r.Stage != ResultStages.Rejected && r.Stage != ResultStages.Voided)
            .CountAsync(ct);
    }

    /// <summary>What goes away, 万元; null for a measure without an amount, or while none can be computed.</summary>
    private static decimal? ChangeOf(FormContent form)
    {
        var before = form.Number("result.before");
        return form["result.kind"] switch
        {
            Cancel => before,
            var kind when !Moneyed.Contains(kind) => null,
            _ => form.Number("result.amount") ?? Share(before, form.Number("result.percent")),
        };
    }

    private static decimal? Share(decimal? before, decimal? percent) => before * percent / 100 is { } share ? decimal.Round(share, Decimals, MidpointRounding.AwayFromZero) : null;

    /// <summary>中 and 差 come with the region's ratio (<c>apply.ratio</c>); a hundred per cent is 取消.</summary>
    private static FormContent Proposed(FormContent content, FilingCase filing)
    {
        var rank = filing.Parameters.Get(ParameterRegister.GradeLabels).ToList().IndexOf(content["result.grade"]);
        var ratios = filing.Parameters.Get(ParameterRegister.ApplyRatio);
        return rank < 2 || ratios.ElementAtOrDefault(rank - 2) is not (> 0 and var ratio) ? content
            : ratio >= 100 ? content.With("result.kind", Cancel)
            : content.With("result.kind", Ratio).With("result.percent", ratio);
    }

    private static async Task<string> EvidenceAsync(PlatformDb db, long origin, string source, Findings findings, CancellationToken ct)
    {
        var lines = new List<string>();
        if (source == OrderRectification.Definition)
        {
            lines.AddRange((await LineVerdicts.OfAsync(db, origin, ct)).Where(l => !l.Closed).Select(l => Line(l.Number, l.Text, l.Reason)));
            lines.AddRange(await db.ActReasons.AsNoTracking().Where(r => r.CaseId == origin && r.Act == "DeliverEvent").OrderBy(r => r.Seq).Select(r => r.Text).ToListAsync(ct));
        }
        else
        {
            lines.AddRange(findings.Problems.Select((p, i) => Line(i + 1, p.Text, p.Demand)));
        }

        if (findings.Said.Length > 0)
        {
            lines.Add(findings.Said);
        }

        return string.Join('\n', lines);

        static string Line(int number, string text, string more) => string.Create(CultureInfo.InvariantCulture, $"{number}. {text}{(more.Length > 0 ? "\n   " : "")}{more}");
    }

    /// <summary>Definition of the case that is the evidence.</summary>
    private static async Task<string> SourceOfAsync(PlatformDb db, long origin, CancellationToken ct) =>
        await db.Database.SqlQuery<string>($"""
            select d.definition_id as "Value" from platform.cases c join platform.definitions d on d.id = c.definition where c.id = {origin}
            """).SingleOrDefaultAsync(ct) ?? "";

    private static FieldSpec Fact(string path, FormFieldKind kind) => new FieldSpec(path, kind, false).AsFact();
}
