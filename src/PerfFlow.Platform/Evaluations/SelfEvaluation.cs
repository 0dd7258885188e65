using PerfFlow.Platform.Data;
using PerfFlow.Platform.Monitoring;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>
/// 项目支出绩效自评表 (财预〔2020〕10号, domain.md §4.5). Scores, total and grade are the platform's, whatever is posted; of a 定性
/// indicator the filler gives the points within the band of what was reached.
/// </summary>
public sealed class SelfEvaluation : FilingKind
{
    /// <summary>Total of the form; a spot check puts its own beside it.</summary>
    public const string Score = "self.score";

    /// <summary>The grade of that total, by name.</summary>
    public const string Grade = "self.grade";

    /// <summary>The money table.</summary>
    public const string Spending = "spending";

    /// <summary>The row of the money table that is scored.</summary>
    public const string Total = "total";

    internal const int FullScore = 100;

    internal static readonly string[] Parts = ["fiscal", "carried", "other"];

    private static readonly FormLayout TheLayout = new(
        "self-evaluation",
        new FormSection("facts") { Fields = [.. ((string[])["fiscalYear", "project.code", "project.name", "department.name", "unit.name"]).Select(p => GoalFiling.Instance.Layout.Field(p)!.AsFact())] },
        new FormSection("funds")
        {
            Tables =
            [
                new TableSpec(
                    Spending,
                    new FieldSpec("item", FormFieldKind.Choice, false) { Fact = true, Choices = [Total, .. Parts] },
                    new FieldSpec("initial", FormFieldKind.Money, false),
                    new FieldSpec("budget", FormFieldKind.Money, true),
                    new FieldSpec("paid", FormFieldKind.Money, true),
                    new FieldSpec("points", FormFieldKind.Number, false) { Fact = true },
                    new FieldSpec("rate", FormFieldKind.Number, false) { Fact = true },
                    new FieldSpec("score", FormFieldKind.Score, false) { Fact = true })
                {
                    NameColumn = "item",
                    Fixed = true,
                },
            ],
        },
        new FormSection("attained") { Fields = [ApprovedGoals.Goal, new FieldSpec("goal.actual", FormFieldKind.LongText, true)] },
        new FormSection("measured")
        {
            Tables =
            [
                new TableSpec(
                    ApprovedGoals.Table,
                    [
                        .. ApprovedGoals.Columns("core"),
                        new FieldSpec("actual", FormFieldKind.Text, true) { Reads = Measured.Canonical, RowChoices = Measured.ChoicesIn },
                        new FieldSpec("weight", FormFieldKind.Number, true) { LabelKey = "fields.spending.points" },
                        new FieldSpec("score", FormFieldKind.Score, false) { ComputedIn = IndicatorScores.IsComputed },
                        new FieldSpec("analysis", FormFieldKind.LongText, false) { MaxLength = 500 },
                    ])
                {
                    Seeded = true,
                    Closed = true,
                    Head = ApprovedGoals.Head,
                    Tail = ["analysis"],
                    Sums = ["weight", "score"],
                },
            ],
        },
        new FormSection("judged")
        {
            Fields =
            [
                new FieldSpec(Score, FormFieldKind.Score, false) { Fact = true },
                new FieldSpec(Grade, FormFieldKind.Text, false) { Fact = true },
                new FieldSpec("self.conclusion", FormFieldKind.LongText, true),
                new FieldSpec("self.problems", FormFieldKind.LongText, false),
                new FieldSpec("self.proposals", FormFieldKind.LongText, false),
            ],
        },
        new FormSection("files") { Files = true },
        GoalFiling.Instance.Layout.Sections[^1])
    {
        AmountPath = null,
    };

    private SelfEvaluation()
    {
    }

    public static SelfEvaluation Instance { get; } = new();

    public override FormLayout Layout => TheLayout;

    public override IReadOnlyList<FormRule> Rules => SelfEvaluationChecks.Rules;

    public override bool Rated => true;

    public override FormWorkbook Workbook => EvaluationWorkbooks.SelfEvaluation;

    public override Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        var project = filing.Project;
        var source = project.FundKind == "own" ? "other" : "fiscal";
        var content = CaseFacts.Of(Layout, filing).WithRows(Spending,
        [
            .. ((string[])[Total, .. Parts]).Select(id =>
            {
                var known = id == Total || id == source;
                return new FormRow(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["item"] = id })
                    .With("initial", FormValue.Write(known ? project.Initial : 0))
                    .With("budget", FormValue.Write(known ? project.Adjusted : 0))
                    .With("paid", known ? CaseFacts.Paid(project) : "0");
            }),
        ]);
        return SettledAsync(ApprovedGoals.IntoAsync(content, db, project.Id, ct), filing);
    }

    public override FormContent Settle(FormContent typed, FormContent facts, FilingCase filing)
    {
        ArgumentNullException.ThrowIfNull(filing);
        return Computed(base.Settle(typed, facts, filing), filing.Parameters);
    }

    /// <summary>With rates, scores, total and grade as the parameters have them.</summary>
    internal static FormContent Computed(FormContent form, RegionParameters parameters)
    {
        var scoring = Scoring.Of(parameters);
        var weight = parameters.Get(ParameterRegister.WeightExecution);
        var spending = form.Rows(Spending).Select(row =>
        {
            var score = row.Id == Total && row.Number("budget") is { } budget && row.Number("paid") is { } paid ? scoring.Execution(weight, budget, paid) : null;
            return row.With("rate", FormValue.Write(Scoring.Rate(row.Number("budget"), row.Number("paid"))))
                .With("points", FormValue.Write(row.Id == Total && row.Number("budget") > 0 ? weight : null))
                .With("score", FormValue.Write(score));
        }).ToList();
        var rows = form.Rows(ApprovedGoals.Table).Select(row => IndicatorScores.Scored(ApprovedGoals.Levelled(row), scoring)).ToList();
        var total = spending.Find(r => r.Id == Total);
        var complete = rows.Count > 0 && rows.TrueForAll(r => r.Number("score") is not null) && (total?.Number("score") is not null || total?.Number("budget") == 0);
        decimal? sum = complete ? scoring.Round(rows.Sum(r => r.Number("score")!.Value) + (total!.Number("score") ?? 0)) : null;
        return form.WithRows(Spending, spending).WithRows(ApprovedGoals.Table, rows)
            .With(Score, sum).With(Grade, sum is null ? "" : Grades.Of(sum, parameters));
    }

    protected override async Task<object?> KnownAsync(CheckContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new SelfEvaluationKnown(await ApprovedForms.LastAsync(context.Db, context.Filing.Project.Id, MonitoringForm.Instance, ct), await context.Others());
    }

    private static async Task<FormContent> SettledAsync(Task<FormContent> prefilled, FilingCase filing) => Computed(await prefilled, filing.Parameters);
}
