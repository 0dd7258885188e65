using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.Appraisals;

/// <summary>评价报告初稿: points, findings, problems. The bureau's until it goes out for opinions.</summary>
public sealed class FinanceDraft : AppraisalKind
{
    private static readonly FormLayout TheLayout = new(
        "finance-evaluation-draft",
        Facts with { Fields = [.. Facts.Fields, Amount("finance.amount").AsFact(), Line("agency.name").AsFact()] },
        FinanceScores.Section("draft-scores"),
        new FormSection("draft-findings") { Fields = [Long("appraisal.conclusion"), Long("appraisal.proposals", false)], Tables = [ProblemTable] },
        new FormSection("draft-report") { Files = true },
        Filler("draft-filler", headed: false))
    {
        AmountPath = "finance.amount",
    };

    private FinanceDraft()
    {
    }

    public static FinanceDraft Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules { get; } = FinanceScores.Rules;

    public override IReadOnlyList<string> AttachmentKinds => ["report", "evidence"];

    public override IReadOnlyList<string> RequiredAttachments => ["report"];

    public override (string Node, string Outcome)? RevealedBy => ("draft", "Submit");

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct) =>
        Task.FromResult(form.Copy(Earlier(filing, FinancePlan.Instance), "finance.amount").Copy(Earlier(filing, FinanceCommission.Instance), "agency.name").WithRows(ScoreTable.Table, ScoreTable.Standard));

    protected override FormContent Compute(FormContent form, RegionParameters parameters) => ScoreTable.Computed(form, parameters);
}

/// <summary>征求意见回复: the department agrees or objects, problem by problem; silence is consent (domain.md §3.6).</summary>
public sealed class FinanceOpinion : AppraisalKind
{
    internal const string Object = "object";

    private static readonly FormLayout TheLayout = new(
        "finance-evaluation-opinion",
        Facts with { Fields = [.. Facts.Fields, .. ScoreTable.Result] },
        new FormSection("opinions")
        {
            Tables =
            [
                new TableSpec(
                    "opinions",
                    new FieldSpec("text", FormFieldKind.LongText, false) { Fact = true },
                    new FieldSpec("demand", FormFieldKind.LongText, false) { Fact = true },
                    OneOf("stance", true, "agree", Object),
                    new FieldSpec("said", FormFieldKind.LongText, false) { MaxLength = 1000 })
                {
                    NameColumn = "text",
                    Fixed = true,
                    Optional = true,
                },
            ],
            Fields = [Long("opinion.overall", false)],
        },
        new FormSection("opinion-files") { Files = true },
        Filler("opinion-filler", headed: true));

    private FinanceOpinion()
    {
    }

    public static FinanceOpinion Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>PJ06: who objects says why. PJ07: an answer says something.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        AppraisalChecks.NeededInRows("PJ06", "opinions", "said", r => r["stance"] == Object),
        AppraisalChecks.Needed("PJ07", form => form.Rows("opinions").Count == 0, "opinion.overall"),
    ];

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        var draft = Earlier(filing, FinanceDraft.Instance);
        return Task.FromResult(form.Copy(draft, ScoreTable.Total, ScoreTable.Grade)
            .WithRows("opinions", [.. (draft?.Rows(Problems) ?? []).Select(p => Row(p.Id, ("text", p["text"]), ("demand", p["demand"])))]));
    }
}

/// <summary>财政重点评价结果表: final points and grade or 不定等次, each opinion taken or not, the problems to be rectified.</summary>
public sealed class FinanceEvaluation : AppraisalKind
{
    internal const string NotTaken = "no";

    private static readonly FormLayout TheLayout = new(
        "finance-evaluation",
        Facts with { Fields = [.. Facts.Fields, Amount("finance.amount").AsFact(), Line("agency.name").AsFact()] },
        new FormSection("replies")
        {
            Tables =
            [
                new TableSpec(
                    "replies",
                    new FieldSpec("text", FormFieldKind.LongText, false) { Fact = true },
                    new FieldSpec("stance", FormFieldKind.Choice, false) { Fact = true, Choices = ["agree", FinanceOpinion.Object], LabelKey = "fields.opinions.stance" },
                    new FieldSpec("said", FormFieldKind.LongText, false) { Fact = true },
                    OneOf("taken", true, "yes", "partly", NotTaken),
                    new FieldSpec("reason", FormFieldKind.LongText, false) { MaxLength = 500 })
                {
                    NameColumn = "text",
                    Fixed = true,
                    Optional = true,
                },
            ],
        },
        FinanceScores.Section("final-scores"),
        new FormSection("final-findings") { Fields = [Long("appraisal.conclusion"), Long("appraisal.proposals", false)], Tables = [ProblemTable] },
        new FormSection("final-report") { Files = true },
        Filler("final-filler", headed: false))
    {
        AmountPath = "finance.amount",
    };

    private FinanceEvaluation()
    {
    }

    public static FinanceEvaluation Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>PJ08: an opinion that is not taken is answered with a reason.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } = [.. FinanceScores.Rules, AppraisalChecks.NeededInRows("PJ08", "replies", "reason", r => r["taken"] is NotTaken or "partly")];

    public override IReadOnlyList<string> AttachmentKinds => ["report", "evidence"];

    public override IReadOnlyList<string> RequiredAttachments => ["report"];

    public override (string Node, string Outcome)? RevealedBy => ("confirm", "Approve");

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        var (draft, opinion) = (Earlier(filing, FinanceDraft.Instance), Earlier(filing, FinanceOpinion.Instance));
        form = form.Copy(draft, "finance.amount", "agency.name", ScoreTable.Undetermined, FinanceScores.Basis, "appraisal.conclusion", "appraisal.proposals")
            .WithRows(ScoreTable.Table, draft?.Rows(ScoreTable.Table) ?? ScoreTable.Standard)
            .WithRows(Problems, draft?.Rows(Problems) ?? []);
        var said = (opinion?.Rows("opinions") ?? []).Where(o => o["stance"] == FinanceOpinion.Object || o["said"].Length > 0)
            .Select(o => Row(o.Id, ("text", o["text"]), ("stance", o["stance"]), ("said", o["said"]))).ToList();
        if (opinion?["opinion.overall"] is { Length: > 0 } overall)
        {
            said.Add(Row("overall", ("said", overall)));
        }

        return Task.FromResult(form.WithRows("replies", said));
    }

    protected override FormContent Compute(FormContent form, RegionParameters parameters) => ScoreTable.Computed(form, parameters);
}

/// <summary>The score part of draft and final report: points, or 不定等次 with its reason.</summary>
internal static class FinanceScores
{
    public const string Basis = "appraisal.basis";

    /// <summary>PJ09: 不定等次 needs a reason.</summary>
    public static IReadOnlyList<FormRule> Rules { get; } =
        [.. FormRules.Common, .. AppraisalChecks.Scores, AppraisalChecks.Needed("PJ09", form => form.Flag(ScoreTable.Undetermined), Basis)];

    public static FormSection Section(string key) => new(key)
    {
        Fields = [.. ScoreTable.Result, new FieldSpec(ScoreTable.Undetermined, FormFieldKind.Flag, false), Long(Basis, false)],
        Tables = [ScoreTable.Spec with { Optional = true }],
    };
}
