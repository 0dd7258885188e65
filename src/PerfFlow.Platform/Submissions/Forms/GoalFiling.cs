using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>项目支出绩效目标申报表 as one of the forms: the same paths as <see cref="GoalFilingFields"/>, its own checks.</summary>
public sealed class GoalFiling : FilingKind
{
    private static readonly string[] Facts = ["fiscalYear", "project.code", "project.name", "department.code", "department.name", "unit.code", "unit.name"];

    private static readonly FormLayout TheLayout = new(
        "goal-filing",
        new FormSection("facts") { Fields = Scalars("fiscalYear", "project", "department", "unit") },
        new FormSection("funds") { Fields = Scalars("funds") },
        new FormSection("plan") { Fields = Scalars("basis", "content", "plan"), Tables = [new TableSpec("costs", Columns(GoalFilingFields.Cost, new CostRow("", "", null, "", null, null, ""))) { NameColumn = "item" }] },
        new FormSection("goal") { Fields = Scalars("goal") },
        new FormSection("indicators")
        {
            Fields = Scalars("satisfactionWaiver", "weightException"),
            Tables = [new TableSpec("indicators", Columns(GoalFilingFields.Indicator, new IndicatorRow("", null, null, "", null, "", "", null, "", "", false)))],
        },
        new FormSection("files") { Files = true },
        new FormSection("filler") { Fields = Scalars("filler", "phone", "head", "filedOn") })
    {
        AmountPath = "funds.annual.total",
        AmountLabel = "reviews.amount",
    };

    private GoalFiling()
    {
    }

    public static GoalFiling Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override string RuleSet => GoalFilingChecks.RuleSet;

    public override IReadOnlyList<FormRule> Rules { get; } = [.. GoalFilingChecks.Rules.Select(r => new FormRule(r.Code, r.Level, null))];

    public override IReadOnlyList<string> AttachmentKinds => [CheckFacts.ExAnteReport, "basis-document", "cost-estimate"];

    public override bool Rated => true;

    public override FormWorkbook Workbook => GoalWorkbook.Columns;

    /// <summary>The typed form of some content.</summary>
    public static GoalFilingForm Read(FormContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return GoalFilingText.FromFields(content.Pairs());
    }

    /// <summary>The typed form of what a draft or a round stores.</summary>
    public static GoalFilingForm Read(string json) => GoalFilingText.FromJson(System.Text.Encoding.UTF8.GetBytes(json));

    /// <summary>The content of a typed form.</summary>
    public static FormContent Write(GoalFilingForm form) => FormContent.Of(TheLayout, GoalFilingText.ToFields(form));

    public override Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct) =>
        Task.FromResult(Prefill(filing.Project, filing.Unit, filing.Department));

    /// <summary>A new form with what the library knows already.</summary>
    public static FormContent Prefill(Projects.Project project, Organisation.Body unit, Organisation.Body department)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(department);
        return Write(GoalFilingForm.Empty with
        {
            FiscalYear = project.FiscalYear,
            ProjectCode = project.Code,
            ProjectName = project.Name,
            UnitCode = unit.Code,
            UnitName = unit.Name,
            DepartmentCode = department.Code,
            DepartmentName = department.Name,
            Annual = new FundAmounts(project.Initial, null, null),
        });
    }

    public override async Task<CheckReport> CheckAsync(CheckContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        return GoalFilingChecks.Run(Read(context.Content), await FactsAsync(context, ct), context.Filing.Parameters);
    }

    private static async Task<CheckFacts> FactsAsync(CheckContext context, CancellationToken ct)
    {
        var filing = context.Filing;
        var before = await LastYears.ProjectAsync(context.Db, filing.Project, ct);
        return new CheckFacts
        {
            Project = new LibraryProject(filing.Project.FiscalYear, filing.Project.Code, filing.Unit.Code, filing.Project.Name),
            BudgetSystemAmount = filing.Project.Initial > 0 ? filing.Project.Initial : null,
            LastYear = before is null ? null : new LastYear(before.Adjusted, before.Paid, [], []),
            Others = await context.Others(),
        };
    }

    private static IReadOnlyList<FieldSpec> Scalars(params string[] roots) =>
    [
        .. GoalFilingFields.Scalars.Where(f => roots.Any(r => f.Path == r || f.Path.StartsWith(r + ".", StringComparison.Ordinal)))
            .Select(f => Spec(f, GoalFilingForm.Empty) with { Fact = Facts.Contains(f.Path) }),
    ];

    private static IReadOnlyList<FieldSpec> Columns<T>(IReadOnlyList<FormField<T>> fields, T empty)
        where T : class => [.. fields.Select(f => Spec(f, empty))];

    private static FieldSpec Spec<T>(FormField<T> field, T empty)
        where T : class => new(field.Path, field.Kind, field.Required)
        {
            LabelKey = field.LabelKey,
            MaxLength = field.MaxLength,
            Choices = field.Choices,
            Reads = text => field.Read(empty, text) is { } read ? field.Text(read) : null,
        };
}
