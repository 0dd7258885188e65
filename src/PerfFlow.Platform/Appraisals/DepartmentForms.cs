using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Appraisals.AppraisalFields;

namespace PerfFlow.Platform.Appraisals;

/// <summary>部门评价立项表: why this project, how and by whom it is evaluated, when, how much money (domain.md §3.5).</summary>
public sealed class EvaluationPlan : AppraisalKind
{
    private static readonly FormLayout TheLayout = new(
        "evaluation-plan",
        Facts,
        new FormSection("evaluation-plan")
        {
            Fields =
            [
                Amount("plan.amount"), OneOf("plan.organised", true, "own", "agency"), Line("plan.agency", false),
                new FieldSpec("plan.from", FormFieldKind.Date, true), new FieldSpec("plan.until", FormFieldKind.Date, true), Long("plan.reason"), Long("plan.method"),
            ],
        },
        Filler("evaluation-plan-filler", headed: true))
    {
        AmountPath = "plan.amount",
    };

    private EvaluationPlan()
    {
    }

    public static EvaluationPlan Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules { get; } = [.. FormRules.Common, .. AppraisalChecks.Plan];

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(form);
        return Task.FromResult(form.With("plan.amount", filing.Project.Adjusted));
    }
}

/// <summary>部门评价结果表 with the report: points by dimension, total and grade, conclusion, problems, proposals (domain.md §3.5, §4.7).</summary>
public sealed class DepartmentEvaluation : AppraisalKind
{
    private static readonly FormLayout TheLayout = new(
        "department-evaluation",
        Facts with { Fields = [.. Facts.Fields, Amount("plan.amount").AsFact()] },
        new FormSection("department-scores") { Fields = ScoreTable.Result, Tables = [ScoreTable.Spec] },
        new FormSection("department-findings") { Fields = [Long("appraisal.conclusion"), Long("appraisal.proposals")], Tables = [ProblemTable] },
        new FormSection("department-report") { Files = true },
        Filler("department-filler", headed: true))
    {
        AmountPath = "plan.amount",
    };

    private DepartmentEvaluation()
    {
    }

    public static DepartmentEvaluation Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules { get; } = [.. FormRules.Common, .. AppraisalChecks.Scores];

    public override IReadOnlyList<string> AttachmentKinds => ["report", "evidence"];

    public override IReadOnlyList<string> RequiredAttachments => ["report"];

    protected override Task<FormContent> BeginAsync(PlatformDb db, FilingCase filing, FormContent form, CancellationToken ct) =>
        Task.FromResult(form.Copy(Earlier(filing, EvaluationPlan.Instance), "plan.amount").WithRows(ScoreTable.Table, ScoreTable.Standard));

    protected override FormContent Compute(FormContent form, RegionParameters parameters) => ScoreTable.Computed(form, parameters);
}
