using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>A journal line, new or old, with the columns that tell what the engine was asked.</summary>
internal sealed record JournalEntry(int Seq, DateTimeOffset At, string Act, int Visit, string? Outcome, byte[] Line)
{
    private readonly Facts members = JournalLine.IsOld(Line) ? OldJournalLine.Members(Line) : JournalLine.Members(Line);

    /// <summary>What the engine saw of the act.</summary>
    public Facts Facts
    {
        get
        {
            var facts = members.TryGetValue("f", out var found) ? (Facts)found! : Facts.Empty;
            return Outcome is null || facts.ContainsKey("outcome") ? facts : Facts.From([new("outcome", Outcome), .. facts]);
        }
    }

    /// <summary>Of a Move the step, of a Reassign the person; null for nobody.</summary>
    public string? To => members.TryGetValue("to", out var to) ? (string?)to : null;

    /// <summary>Of the verbs among reviewers what they have beside visit and facts, by the name of its member; empty where there is none.</summary>
    public object?[] Own(string name) => members.TryGetValue(name, out var found) && found is IReadOnlyList<object?> items ? [.. items] : [];

    /// <summary>Of a FireTimer its name, of a DeliverEvent the event's.</summary>
    public string? Name => members.TryGetValue("timer", out var timer) ? (string?)timer : members.TryGetValue("event", out var name) ? (string?)name : null;

    /// <summary>Of an Extend the new deadline.</summary>
    public DateTimeOffset Due => members["due"] is long milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : (DateTimeOffset)members["due"]!;
}
