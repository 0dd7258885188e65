using PerfFlow.Platform.Indicators;

namespace PerfFlow.Platform.Submissions;

/// <summary>项目属性.</summary>
public enum ProjectAttribute
{
    /// <summary>新增: in the budget for the first time.</summary>
    New,

    /// <summary>延续: was in last year's budget.</summary>
    Continuing,

    /// <summary>一次性: ends with the year.</summary>
    OneOff,
}

/// <summary>资金性质.</summary>
public enum FundKind
{
    /// <summary>一般公共预算.</summary>
    GeneralBudget,

    /// <summary>政府性基金.</summary>
    GovernmentFund,

    /// <summary>国有资本经营预算.</summary>
    StateCapital,

    /// <summary>专项债券.</summary>
    SpecialBond,

    /// <summary>上级转移支付.</summary>
    Transfer,

    /// <summary>单位资金.</summary>
    OwnFunds,
}

/// <summary>A sum and its two parts, in 万元; null where nothing readable was typed.</summary>
public sealed record FundAmounts(decimal? Total, decimal? Fiscal, decimal? Other)
{
    public static FundAmounts None { get; } = new(null, null, null);

    public bool IsEmpty => Total is null && Fiscal is null && Other is null;
}

/// <summary>One line of the cost estimate (测算明细).</summary>
/// <param name="Id">Stable over all rounds of a case; never used again after the row is deleted.</param>
/// <param name="Item">What the money is for.</param>
/// <param name="Quantity">How many, in <paramref name="Unit"/>.</param>
/// <param name="Unit">Of the quantity.</param>
/// <param name="UnitPrice">万元 each.</param>
/// <param name="Amount">万元.</param>
/// <param name="Note">Basis of the price.</param>
public sealed record CostRow(string Id, string Item, decimal? Quantity, string Unit, decimal? UnitPrice, decimal? Amount, string Note);

/// <summary>One third-level indicator (domain.md §4.1).</summary>
/// <param name="Id">Stable over all rounds of a case, so that comments and differences stay with the row.</param>
/// <param name="Level1">Code in the indicator frame; null where the typed text names none.</param>
/// <param name="Level2">Code in the indicator frame; null where the typed text names none.</param>
/// <param name="Name">三级指标.</param>
/// <param name="Operator">指标性质.</param>
/// <param name="Value">年度指标值 as typed: a number, a date, or words for 定性.</param>
/// <param name="Unit">计量单位; empty for 定性 and for dates.</param>
/// <param name="Weight">Points.</param>
/// <param name="Note">指标值设定依据.</param>
/// <param name="Method">取值方式.</param>
/// <param name="Core">是否核心指标.</param>
public sealed record IndicatorRow(
    string Id,
    string? Level1,
    string? Level2,
    string Name,
    IndicatorOperator? Operator,
    string Value,
    string Unit,
    decimal? Weight,
    string Note,
    string Method,
    bool Core);

/// <summary>A file that comes with the form; the bytes are Intake's.</summary>
/// <param name="Kind">What the notice calls it, for instance <c>ex-ante-report</c>.</param>
/// <param name="FileId">Intake's id.</param>
/// <param name="Name">As uploaded.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes; 0 = not known, as in forms from before it was kept.</param>
public sealed record FormAttachment(string Kind, string FileId, string Name, string Sha256, long Size = 0);

/// <summary>
/// 项目支出绩效目标申报表 (layout of 财预〔2015〕88号, domain.md §4.2): the typed, immutable content of a draft or a round.
/// Money is 万元. What was typed but cannot be read as the field's type stays in <see cref="Unread"/> under the field's
/// path, so that a draft loses nothing; a form with unread texts cannot be submitted (SJ03).
/// Paths: <c>funds.annual.total</c>, <c>costs[2].amount</c>, <c>indicators[3].value</c>; the bracket holds the row's id.
/// </summary>
public sealed record GoalFilingForm
{
    // Before Empty: statics are made in the order of the text, and Empty takes it.
    internal static IReadOnlyDictionary<string, string> NoTexts { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static GoalFilingForm Empty { get; } = new();

    public int? FiscalYear { get; init; }

    public string ProjectCode { get; init; } = "";

    public string ProjectName { get; init; } = "";

    public string DepartmentCode { get; init; } = "";

    public string DepartmentName { get; init; } = "";

    public string UnitCode { get; init; } = "";

    public string UnitName { get; init; } = "";

    public ProjectAttribute? Attribute { get; init; }

    public int? StartYear { get; init; }

    public int? EndYear { get; init; }

    public FundKind? FundKind { get; init; }

    public FundAmounts Annual { get; init; } = FundAmounts.None;

    /// <summary>The whole project period; empty for a project of one year.</summary>
    public FundAmounts MediumTerm { get; init; } = FundAmounts.None;

    /// <summary>立项依据.</summary>
    public string Basis { get; init; } = "";

    /// <summary>项目内容.</summary>
    public string Content { get; init; } = "";

    /// <summary>实施计划.</summary>
    public string Plan { get; init; } = "";

    public IReadOnlyList<CostRow> Costs { get; init; } = [];

    public string AnnualGoal { get; init; } = "";

    public string MediumTermGoal { get; init; } = "";

    public IReadOnlyList<IndicatorRow> Indicators { get; init; } = [];

    /// <summary>Why no satisfaction is asked for; empty when it is.</summary>
    public string SatisfactionWaiver { get; init; } = "";

    /// <summary>Why the points of the upper levels differ from the frame; empty when they do not.</summary>
    public string WeightException { get; init; } = "";

    public string Filler { get; init; } = "";

    public string Phone { get; init; } = "";

    public string Head { get; init; } = "";

    public DateOnly? FiledOn { get; init; }

    public IReadOnlyList<FormAttachment> Attachments { get; init; } = [];

    /// <summary>说明 to findings, by <see cref="Finding.Key"/> or by code for all findings of that check.</summary>
    public IReadOnlyDictionary<string, string> Explanations { get; init; } = NoTexts;

    /// <summary>Path and text of what could not be read.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; init; } = NoTexts;

    /// <summary>The id for a row added to a table: one more than any id it has, or had in the rounds given.</summary>
    public static string NextRowId(IEnumerable<string> usedIds) =>
        (usedIds.Select(id => int.TryParse(id, out var n) ? n : 0).DefaultIfEmpty(0).Max() + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
