using PerfFlow.Engine;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Platform.Workflows;

/// <summary>The facts of <see cref="Act.Migrate"/>: what the engine reads, and the rows of <c>definitions</c> by which a replay finds the two versions.</summary>
internal static class MigrateFacts
{
    public const string From = "from";
    public const string To = "to";

    /// <summary>The rows of both versions, as a line of the journal names them.</summary>
    public static IEnumerable<int> Rows(JournalEntry line) => [(int)(long)line.Facts[From]!, (int)(long)line.Facts[To]!];

    /// <param name="from">The row that the case runs on.</param>
    /// <param name="to">The row that it goes to.</param>
    /// <param name="revision">Of the case as it was looked at.</param>
    /// <param name="choices">What the operator chose.</param>
    /// <param name="channel">The door, where nobody signed in.</param>
    public static Facts Of(int from, int to, int revision, MigrationChoices choices, string? channel = null)
    {
        var facts = Facts.Of(
            (From, (long)from), (To, (long)to), ("revision", (long)revision),
            ("map", Facts.From(choices.Renamed.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => KeyValuePair.Create(r.Key, (object?)r.Value)))));
        if (choices.Anew.Count > 0)
        {
            facts = facts.With("anew", choices.Anew.Order(StringComparer.Ordinal).ToArray<object?>());
        }

        return channel is null ? facts : facts.With("channel", channel);
    }
}
