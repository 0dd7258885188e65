using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.Appraisals;

/// <summary>财政重点评价计划表: object, reasons, amount, method (domain.md §3.6). Others read it when the leader has approved it.</summary>
public sealed class FinancePlan : AppraisalKind
{
    private static readonly FormLayout TheLayout = new(
        "finance-evaluation-plan",
        Facts,
        new FormSection("finance-plan")
        {
            Fields =
            [
                OneOf("finance.object", true, "project", "policy", "department", "government", "procurement", "service", "bond", "other"), Amount("finance.amount"),
                OneOf("finance.organised", true, "own", "agency"),
                new FieldSpec("finance.livelihood", FormFieldKind.Flag, false), new FieldSpec("finance.major", FormFieldKind.Flag, false), new FieldSpec("finance.concern", FormFieldKind.Flag, false),
                Long("finance.grounds"), Long("finance.method"),
            ],
        },
        Filler("finance-plan-filler", headed: false))
    {
        AmountPath = "finance.amount",
    };

    private FinancePlan()
    {
    }

    public static FinancePlan Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>PJ03: at least one of 民生, 重大, 社会关注.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        new FormRule("PJ03", FindingLevel.Error, check => check.Form.Flag("finance.livelihood") || check.Form.Flag("finance.major") || check.Form.Flag("finance.concern") ? [] : [new Hit("finance.livelihood")]),
    ];

    public override (string Node, string Outcome)? RevealedBy => ("approvePlan", "Approve");

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(form);
        return Task.FromResult(form.With("finance.object", "project").With("finance.amount", filing.Project.Adjusted));
    }
}

/// <summary>委托评价登记表, or that the bureau evaluates itself: agency, procurement, team, fee, deadline, conflicts of interest (财监〔2021〕4号).</summary>
public sealed class FinanceCommission : AppraisalKind
{
    private const string Agency = "agency";

    private static readonly FormLayout TheLayout = new(
        "finance-evaluation-commission",
        Facts with { Fields = [.. Facts.Fields, Amount("finance.amount").AsFact()] },
        new FormSection("commission")
        {
            Fields =
            [
                OneOf("finance.organised", true, "own", Agency), Line("agency.name", false), Line("agency.procurement", false), Amount("agency.fee", false),
                new FieldSpec("agency.deadline", FormFieldKind.Date, true), new FieldSpec("agency.independent", FormFieldKind.Flag, false),
                Long("agency.team"), Long("agency.statement", false),
            ],
        },
        Filler("commission-filler", headed: false))
    {
        AmountPath = "finance.amount",
    };

    private FinanceCommission()
    {
    }

    public static FinanceCommission Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    /// <summary>PJ04: what an agency needs. PJ05: nobody evaluates who has an interest in the project.</summary>
    public override IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        AppraisalChecks.Needed("PJ04", ByAgency, "agency.name", "agency.procurement", "agency.fee", "agency.statement"),
        new FormRule("PJ05", FindingLevel.Error, check => check.Form.Flag("agency.independent") ? [] : [new Hit("agency.independent")]),
    ];

    /// <summary>Fee and procurement are the bureau's until the draft goes out.</summary>
    public override (string Node, string Outcome)? RevealedBy => ("draft", "Submit");

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct) =>
        Task.FromResult(form.Copy(Earlier(filing, FinancePlan.Instance), "finance.amount", "finance.organised"));

    private static bool ByAgency(FormContent form) => form["finance.organised"] == Agency;
}
