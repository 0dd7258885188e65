namespace PerfFlow.Platform.Submissions;

/// <summary>The project as the library of the fiscal year has it.</summary>
public sealed record LibraryProject(int FiscalYear, string Code, string UnitCode, string Name);

/// <summary>What the year before left behind for the same project.</summary>
/// <param name="Budget">万元, after adjustment.</param>
/// <param name="Paid">万元.</param>
/// <param name="Indicators">Targets and what was reached.</param>
/// <param name="Costs">Lines of last year's estimate.</param>
public sealed record LastYear(decimal Budget, decimal Paid, IReadOnlyList<LastIndicator> Indicators, IReadOnlyList<LastCost> Costs)
{
    /// <summary>Execution rate in %; null without a budget.</summary>
    public decimal? Execution => Budget > 0 ? Paid / Budget * 100 : null;
}

/// <summary>A quantitative indicator of last year; matched by name and unit.</summary>
public sealed record LastIndicator(string Name, string Unit, decimal Actual);

/// <summary>A line of last year's estimate; matched by item. 万元.</summary>
public sealed record LastCost(string Item, decimal? UnitPrice, decimal Amount);

/// <summary>A filing of another department in the same round, as XG03 compares it.</summary>
public sealed record OtherFiling(string UnitName, TextSketch Sketch);

/// <summary>
/// What the checks know beside the form. What is not known is left out, and the checks that need it stay silent; only the
/// missing library row is itself a finding (SJ01).
/// </summary>
public sealed record CheckFacts
{
    /// <summary>Kind of the attachment that WZ05 asks for.</summary>
    public const string ExAnteReport = "ex-ante-report";

    /// <summary>The library row of the project code and fiscal year, or null when there is none.</summary>
    public LibraryProject? Project { get; init; }

    /// <summary>万元 as imported from the budget system; null when nothing was imported.</summary>
    public decimal? BudgetSystemAmount { get; init; }

    /// <summary>An ex-ante assessment of the project has been put on file (已备案) on this platform.</summary>
    public bool ExAnteOnFile { get; init; }

    public LastYear? LastYear { get; init; }

    /// <summary>Filed earlier in the round by other departments.</summary>
    public IReadOnlyList<OtherFiling> Others { get; init; } = [];

    /// <summary>Kinds of attachment that the notice demands.</summary>
    public IReadOnlyList<string> RequiredAttachments { get; init; } = [];

    /// <summary>Standard prices by item of the estimate, 万元 each.</summary>
    public IReadOnlyDictionary<string, decimal> StandardPrices { get; init; } = new Dictionary<string, decimal>(StringComparer.Ordinal);
}
