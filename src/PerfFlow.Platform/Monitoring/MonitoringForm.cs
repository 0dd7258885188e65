using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Monitoring;

/// <summary>
/// 绩效运行监控表 (财预〔2019〕136号, domain.md §4.4): money and goals of a project in the middle of its year. What finance
/// concludes of it is the outcome of the review, not a field.
/// </summary>
public sealed class MonitoringForm : FilingKind
{
    /// <summary>The money table.</summary>
    public const string Progress = "progress";

    /// <summary>Its row for the whole project.</summary>
    public const string Total = "total";

    /// <summary>Months from January that are monitored: 9 = 1—9月.</summary>
    public const string Period = "monitor.period";

    /// <summary>key 重点监控 where the notice names the project so, else simple 一般监控.</summary>
    public const string Weight = "monitor.kind";

    internal static readonly string[] Parts = ["general", "other"];

    /// <summary>是否需整改 and 整改要求 of each problem (domain.md §4.4); an order takes those that need it.</summary>
    private static readonly TableSpec ProblemTable = new(
        Findings.Table,
        new FieldSpec("text", FormFieldKind.LongText, true) { MaxLength = 500 },
        new FieldSpec(Findings.NeededColumn, FormFieldKind.Choice, true) { Choices = [Findings.Needed, "no"] },
        new FieldSpec("demand", FormFieldKind.LongText, false) { MaxLength = 500 })
    {
        NameColumn = "text",
        Optional = true,
    };

    private static readonly FormLayout TheLayout = new(
        "monitoring",
        new FormSection("facts")
        {
            Fields =
            [
                .. ((string[])["fiscalYear", "project.code", "project.name", "department.name", "unit.name"]).Select(p => GoalFiling.Instance.Layout.Field(p)!.AsFact()),
                new FieldSpec(Period, FormFieldKind.Choice, false) { Fact = true, Choices = [.. Enumerable.Range(1, 12).Select(m => FormValue.Write(m))] },
                new FieldSpec(Weight, FormFieldKind.Choice, false) { Fact = true, Choices = ["key", "simple"] },
            ],
        },
        new FormSection("funds")
        {
            Tables =
            [
                new TableSpec(
                    Progress,
                    new FieldSpec("item", FormFieldKind.Choice, false) { Fact = true, Choices = [Total, .. Parts] },
                    new FieldSpec("initial", FormFieldKind.Money, false),
                    new FieldSpec("adjusted", FormFieldKind.Money, true),
                    new FieldSpec("paid", FormFieldKind.Money, true),
                    new FieldSpec("rate", FormFieldKind.Number, false) { Fact = true },
                    new FieldSpec("forecast", FormFieldKind.Money, true))
                {
                    NameColumn = "item",
                    Fixed = true,
                },
            ],
        },
        new FormSection("attained") { Fields = [ApprovedGoals.Goal, new FieldSpec("goal.progress", FormFieldKind.LongText, true)] },
        new FormSection("measured")
        {
            Tables =
            [
                new TableSpec(
                    ApprovedGoals.Table,
                    [
                        .. ApprovedGoals.Columns(),
                        new FieldSpec("current", FormFieldKind.Text, true) { Reads = Measured.Canonical, RowChoices = Measured.ChoicesIn },
                        new FieldSpec("forecast", FormFieldKind.Text, true) { Reads = Measured.Canonical, RowChoices = Measured.ChoicesIn },
                        new FieldSpec("likelihood", FormFieldKind.Choice, true) { Choices = Likelihoods },
                        new FieldSpec("causes", FormFieldKind.Choice, false) { Choices = DeviationCauses.All, Multiple = true, Reads = DeviationCauses.Read },
                        new FieldSpec("reason", FormFieldKind.LongText, false) { MaxLength = 500 },
                        new FieldSpec("remark", FormFieldKind.LongText, false) { MaxLength = 500 },
                    ])
                {
                    Seeded = true,
                    Closed = true,
                    Head = ApprovedGoals.Head,
                    Tail = ["causes", "reason", "remark"],
                },
            ],
        },
        new FormSection("outlook") { Fields = [new FieldSpec("monitor.measures", FormFieldKind.LongText, false)], Tables = [ProblemTable] },
        new FormSection("files") { Files = true },
        GoalFiling.Instance.Layout.Sections[^1]);

    private MonitoringForm()
    {
    }

    public static MonitoringForm Instance { get; } = new();

    /// <summary>确定能, 有可能, 完全不可能.</summary>
    public static IReadOnlyList<string> Likelihoods => ["certain", "possible", "impossible"];

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules => MonitoringChecks.Rules;

    public override FormWorkbook Workbook => EvaluationWorkbooks.Monitoring;

    public override async Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(filing);
        var project = filing.Project;
        var source = project.FundKind == Projects.FundKinds.General ? "general" : "other";
        var notice = await db.Notices.AsNoTracking().Where(n => n.Id == filing.Case.NoticeId).Select(n => new { n.DueOn, n.Recipients }).FirstOrDefaultAsync(ct);
        var content = CaseFacts.Of(Layout, filing)
            .With(Period, FormValue.Write(MonthsBy(notice?.DueOn ?? RegionClock.ChinaDate(filing.Case.StartedAt), project.FiscalYear, filing.Parameters)))
            .With(Weight, notice is not null && RecipientChoice.Read(notice.Recipients).Key.Contains(project.Code) ? "key" : "simple")
            .WithRows(Progress,
            [
                .. ((string[])[Total, .. Parts]).Select(id =>
                {
                    var known = id == Total || id == source;
                    return new FormRow(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["item"] = id })
                        .With("initial", FormValue.Write(known ? project.Initial : 0))
                        .With("adjusted", FormValue.Write(known ? project.Adjusted : 0))
                        .With("paid", known ? CaseFacts.Paid(project) : "0")
                        .With("forecast", known ? "" : "0");
                }),
            ]);
        return Computed(await ApprovedGoals.IntoAsync(content, db, project.Id, ct));
    }

    public override FormContent Settle(FormContent typed, FormContent facts, FilingCase filing) => Computed(base.Settle(typed, facts, filing));

    /// <summary>
    /// The last month of the round that is due on <paramref name="due"/>: the newest one of <c>monitor.rounds</c> that has
    /// begun its last month by then; where none has, the month itself.
    /// </summary>
    internal static int MonthsBy(DateOnly due, int fiscalYear, RegionParameters parameters)
    {
        var month = due.Year > fiscalYear ? 12 : due.Year < fiscalYear ? 1 : due.Month;
        return parameters.Get(ParameterRegister.MonitorRounds).Where(m => m <= month).DefaultIfEmpty(month).Max();
    }

    private static FormContent Computed(FormContent form) => form
        .WithRows(Progress, [.. form.Rows(Progress).Select(row => row.With("rate", FormValue.Write(Scoring.Rate(row.Number("adjusted"), row.Number("paid")))))])
        .WithRows(ApprovedGoals.Table, [.. form.Rows(ApprovedGoals.Table).Select(ApprovedGoals.Levelled)]);
}
