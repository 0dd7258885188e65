using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>What a check of a form may ask for beside the form itself.</summary>
/// <param name="Db">For what the platform knows.</param>
/// <param name="Filing">The case.</param>
/// <param name="Content">What is checked.</param>
/// <param name="Others">The newest rounds of the same form by other departments under the same notice, as XG03 compares them.</param>
public sealed record CheckContext(PlatformDb Db, FilingCase Filing, FormContent Content, Func<Task<IReadOnlyList<OtherFiling>>> Others);

/// <summary>
/// One form of the chain: what stands on it, what the platform knows of it beforehand, what it computes, what it checks.
/// Pages, API, workbooks, submission and review are the same for all; a new form is one of these and a line in
/// <see cref="FilingKinds"/>.
/// </summary>
public abstract class FilingKind
{
    public abstract FormLayout Layout { get; }

    /// <summary>As a step of a definition names its form.</summary>
    public string Code => Layout.Code;

    /// <summary>The checks, each with code, level and sentence; one table for page, import, submission and review.</summary>
    public virtual IReadOnlyList<FormRule> Rules => FormRules.Common;

    /// <summary>Changes with any rule; stored with each round.</summary>
    public virtual string RuleSet => "2026-11";

    /// <summary>What an attachment may be; the texts are <c>attachments.&lt;kind&gt;</c>.</summary>
    public virtual IReadOnlyList<string> AttachmentKinds => ["evidence", "report"];

    /// <summary>A finance reviewer may rate it 优良中差 with an approval.</summary>
    public virtual bool Rated => false;

    /// <summary>Kinds of attachment without which the form cannot be submitted.</summary>
    public virtual IReadOnlyList<string> RequiredAttachments => [];

    /// <summary>
    /// The decision from which on others than the finance bureau may read it; null = at once. A spot score is hidden from
    /// the unit until it is fed back (domain.md §1, V5).
    /// </summary>
    public virtual (string Node, string Outcome)? RevealedBy => null;

    /// <summary>Key of the title on paper, given the project's name; of the forms whose title follows from their content.</summary>
    public virtual string TitleKey(FormContent form) => $"forms.{Code}";

    /// <summary>A row that the filler may no longer change though its columns are typed; <see cref="Settle"/> keeps it.</summary>
    /// <param name="facts">What the platform knows.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">Id of the row.</param>
    public virtual bool Locks(FormContent facts, string table, string row) => false;

    /// <summary>Its workbook: that of its layout, unless the form has a sheet of its own (domain.md §4.9).</summary>
    public virtual FormWorkbook Workbook => workbook ??= DerivedWorkbook.Of(Layout);

    private FormWorkbook? workbook;

    /// <summary>A new form with what the platform knows.</summary>
    public abstract Task<FormContent> PrefillAsync(PlatformDb db, FilingCase filing, CancellationToken ct);

    /// <summary>What was typed, with the facts put back and everything computed that the platform computes.</summary>
    public virtual FormContent Settle(FormContent typed, FormContent facts, FilingCase filing)
    {
        ArgumentNullException.ThrowIfNull(typed);
        return typed.OnTopOf(facts);
    }

    /// <summary>Runs every check that is on.</summary>
    public virtual async Task<CheckReport> CheckAsync(CheckContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        return FormRules.Run(Rules, RuleSet, new FormCheck(context.Content, context.Filing, this, await KnownAsync(context, ct)));
    }

    /// <summary>What its rules ask for beside form and case; read once per check.</summary>
    protected virtual Task<object?> KnownAsync(CheckContext context, CancellationToken ct) => Task.FromResult<object?>(null);
}

/// <summary>Which column of a workbook is which field, both ways (domain.md §4.9).</summary>
/// <param name="Layout">Intake's code of the layout.</param>
/// <param name="Sheet">The sheet with one row per case.</param>
/// <param name="CaseColumn">Its column that holds the project code.</param>
/// <param name="Columns">Column and field.</param>
public sealed record FormWorkbook(string Layout, string Sheet, string CaseColumn, IReadOnlyList<(string Column, string Path)> Columns)
{
    /// <summary>Further sheets, each with the rows of one table; they name the project in the same column.</summary>
    public IReadOnlyList<(string Sheet, string Table, IReadOnlyList<(string Column, string Field)> Columns)> Tables { get; init; } = [];

    /// <summary>Column of the further sheets with the id of a row; null where rows are told apart by their name alone.</summary>
    public string? RowColumn { get; init; }

    /// <summary>Columns that are written and never read, with what stands in them.</summary>
    public IReadOnlyDictionary<string, FieldSpec> Shown { get; init; } = new Dictionary<string, FieldSpec>(StringComparer.Ordinal);

    /// <summary>Codes that Intake's lists spell otherwise than the form, by column.</summary>
    public IReadOnlyList<(string Column, string Intake, string Form)> Codes { get; init; } = [];

    /// <summary>Columns in which a form's codes are written as words that its field reads back.</summary>
    public IReadOnlyList<(string Column, Func<string, string> Write)> Writes { get; init; } = [];

    /// <summary>Which rows of the further sheets are the form's.</summary>
    public Func<ParsedRow, bool> TakesRow { get; init; } = _ => true;

    /// <summary>What every row of the further sheets holds besides, when one is written.</summary>
    public IReadOnlyList<(string Column, string Value)> AlsoInRows { get; init; } = [];
}

/// <summary>All forms, by code.</summary>
public static class FilingKinds
{
    public static IReadOnlyList<FilingKind> All { get; } =
    [
        GoalFiling.Instance,
        Monitoring.MonitoringForm.Instance,
        Evaluations.SelfEvaluation.Instance,
        EvaluationPlan.Instance,
        DepartmentEvaluation.Instance,
        SpotCheckEvidence.Instance,
        SpotCheckScore.Instance,
        SpotCheckObjection.Instance,
        SpotCheckSettlement.Instance,
        FinancePlan.Instance,
        FinanceCommission.Instance,
        FinanceDraft.Instance,
        FinanceOpinion.Instance,
        FinanceEvaluation.Instance,
        Rectification.RectificationForm.Instance,
        Results.ResultProposal.Instance,
        Results.ResultBooking.Instance,
    ];

    private static readonly Dictionary<string, FilingKind> ByCode = All.ToDictionary(k => k.Code, StringComparer.Ordinal);

    /// <summary>Null where a step names no form that can be filled in.</summary>
    public static FilingKind? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>By Intake's code of the layout.</summary>
    public static FormWorkbook WorkbookOf(string layout) =>
        All.Select(k => k.Workbook).FirstOrDefault(w => w.Layout == layout) ?? throw new InvalidOperationException($"No form has the layout {layout}.");

    public static FilingKind Get(string code) => Find(code) ?? throw new InvalidOperationException($"No form {code} is known.");
}
