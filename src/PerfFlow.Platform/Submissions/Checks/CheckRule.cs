namespace PerfFlow.Platform.Submissions;

/// <summary>The four parts of the review of goals (财预〔2015〕88号), with their points.</summary>
public enum ReviewPart
{
    /// <summary>完整性, 20.</summary>
    Completeness,

    /// <summary>相关性, 30.</summary>
    Relevance,

    /// <summary>适当性, 30.</summary>
    Suitability,

    /// <summary>可行性, 20.</summary>
    Feasibility,
}

/// <summary>A row of the table of checks.</summary>
public sealed class CheckRule
{
    internal CheckRule(string code, FindingLevel level, ReviewPart part, Func<CheckInput, IEnumerable<Hit>>? find)
    {
        Code = code;
        Level = level;
        Part = part;
        Find = find;
    }

    public string Code { get; }

    /// <summary>Unless a parameter says otherwise.</summary>
    public FindingLevel Level { get; }

    /// <summary>Where it costs points in the suggested rating.</summary>
    public ReviewPart Part { get; }

    /// <summary>Key of the name shown in lists of reasons.</summary>
    public string NameKey => $"checks.{Code}.name";

    /// <summary>Null for what only a person, or the platform's clock, can say.</summary>
    internal Func<CheckInput, IEnumerable<Hit>>? Find { get; }
}
