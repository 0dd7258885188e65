using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Parameters;

/// <summary>A line of the page: a key of the register, or the level of a check.</summary>
/// <param name="Source">Of the default.</param>
/// <param name="Options">The texts to choose from; empty where the text is free.</param>
public sealed record ParameterEntry(string Name, string Group, string Source, string Default, IReadOnlyList<string> Options, Func<string, bool> Accepts)
{
    /// <summary>The check whose level it is; null for a key of the register.</summary>
    public string? Check { get; init; }

    /// <summary>Set for all years only: the ladder and the calendar belong to the region, not to a fiscal year.</summary>
    public bool AllYears => Group is ParameterEntries.Reminders or ParameterEntries.Calendar;

    /// <summary>Key of the words for it.</summary>
    public string NameKey => Check is null ? $"parameters.key.{Name}" : $"checks.{Check}.name";
}

/// <summary>Everything that the pages and the API let an administrator set, in the order of the register.</summary>
public static class ParameterEntries
{
    public const string Filing = "filing";
    public const string Levels = "levels";
    public const string Reminders = "reminders";
    public const string Calendar = "calendar";

    /// <summary>Keys of steps that come later in the year's round; they are kept now and read when those steps are there.</summary>
    public const string Later = "later";

    private static readonly string[] ReadByFilings =
    [
        "ex_ante.", "weights.filing_total", "weights.output", "weights.benefit", "weights.satisfaction", "weights.cost", "weights.indicator_frame", "check.",
        "goal.review.max_return_rounds", "weights.exec", "grade.", "score.", "monitor.rounds", "rectify.report_days", "apply.ratio",
    ];

    // A list that has as many parts as the default: a band or a lamp too few would shift the meaning of the rest.
    private static readonly string[] FixedLength = ["monitor.lamp.budget", "monitor.lamp.goal", "grade.bands", "grade.labels", "apply.ratio"];

    public static IReadOnlyList<ParameterEntry> All { get; } = 
    [
        .. ParameterRegister.All.Select(Of),
        .. GoalFilingChecks.Rules.Select(r => OfCheck(r.Code, r.Level, r.Find is null)),
        .. FilingKinds.All.SelectMany(k => k.Rules).Where(r => GoalFilingChecks.Find(r.Code) is null).DistinctBy(r => r.Code).Select(r => OfCheck(r.Code, r.Level, r.Find is null)),
    ];

    public static IReadOnlyList<string> Groups { get; } = [Filing, Levels, Reminders, Calendar, Later];

    public static ParameterEntry? Find(string name) => All.FirstOrDefault(e => e.Name == name);

    /// <summary>E, W, H or off, as <see cref="GoalFilingChecks.LevelOf"/> reads them.</summary>
    public static string LevelText(FindingLevel level) => level switch
    {
        FindingLevel.Error => "E",
        FindingLevel.Warning => "W",
        FindingLevel.Human => "H",
        _ => "off",
    };

    private static ParameterEntry Of(ParameterKey key) => new(
        key.Name, GroupOf(key.Name), key.Source, key.DefaultText, key.Options,
        FixedLength.Contains(key.Name) ? text => key.Accepts(text) && Parts(text) == Parts(key.DefaultText) : key.Accepts);

    private static ParameterEntry OfCheck(string code, FindingLevel level, bool humanOnly)
    {
        // What only a person can judge is shown or not shown; no program can find it.
        string[] levels = humanOnly ? ["H", "off"] : ["E", "W", "H", "off"];
        return new ParameterEntry(ParameterRegister.CheckLevelName(code), Levels, "practice", LevelText(level), levels, levels.Contains) { Check = code };
    }

    private static string GroupOf(string name) => name switch
    {
        _ when name.StartsWith("remind.", StringComparison.Ordinal) => Reminders,
        _ when name.StartsWith("calendar.", StringComparison.Ordinal) => Calendar,
        _ when Array.Exists(ReadByFilings, known => name.StartsWith(known, StringComparison.Ordinal)) => Filing,
        _ => Later,
    };

    private static int Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
}
