using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Pictures;

/// <summary>A line of the journal with what it did: which visits it closed and opened, and how the case stood after it.</summary>
/// <param name="Visit">The visit that was acted on; 0 where none was.</param>
/// <param name="Open">Everything that was open afterwards.</param>
public sealed record ReplayedLine(
    int Seq, DateTimeOffset At, string Act, int Visit, string? Outcome,
    IReadOnlyList<OpenVisit> Closed, IReadOnlyList<OpenVisit> Opened, IReadOnlyList<OpenVisit> Open, InstanceStatus Status);

/// <summary>
/// Plays the journal of a case through the engine once more. A line and its columns hold all that the engine saw of the act, so
/// what comes out is what happened, not where the tables say the case stands.
/// </summary>
internal static class CaseReplay
{
    /// <summary>Every line in order; refused as <c>picture-not-replayable</c>, with the number of the line, where the engine no longer accepts one.</summary>
    public static Outcome<IReadOnlyList<ReplayedLine>> Run(WorkflowDefinition definition, IEnumerable<JournalEntry> journal)
    {
        var lines = new List<ReplayedLine>();
        Instance? instance = null;
        foreach (var line in journal)
        {
            if (ActOf(line) is not { } act || WorkflowEngine.Decide(definition, instance, act, line.At) is not Decision.Accepted accepted)
            {
                return Refusal.Conflict("picture-not-replayable", line.Seq);
            }

            var before = instance?.OpenVisits ?? [];
            instance = accepted.Instance;
            var after = instance.OpenVisits;
            lines.Add(new ReplayedLine(
                line.Seq, line.At, act.Name, line.Visit, line.Outcome,
                [.. before.Where(was => after.All(now => now.Visit != was.Visit))],
                [.. after.Where(now => before.All(was => was.Visit != now.Visit))],
                after,
                instance.Status));
        }

        return lines;
    }

    private static Act? ActOf(JournalEntry entry)
    {
        var line = entry.Members();
        var (visit, facts) = (entry.Visit, FactsOf(line, entry.Outcome));
        return entry.Act switch
        {
            "Start" => new Act.Start(facts),
            "Complete" => new Act.Complete(visit, facts),
            "Withdraw" => new Act.Withdraw(visit, facts),
            "Reopen" => new Act.Reopen(facts),
            "Reassign" => new Act.Reassign(visit, line.GetProperty("to").GetString()),
            "Extend" => new Act.Extend(visit, DateTimeOffset.FromUnixTimeMilliseconds(line.GetProperty("due").GetInt64())),
            "Waive" => new Act.Waive(facts),
            "Void" => new Act.Void(facts),
            "Skip" => new Act.Skip(visit, facts),
            "Move" => new Act.Move(line.GetProperty("to").GetString()!, facts),
            "Cancel" => new Act.Cancel(facts),
            "Retry" => new Act.Retry(facts),
            "FireTimer" => new Act.FireTimer(visit, line.GetProperty("timer").GetString()!),
            "DeliverEvent" => new Act.DeliverEvent(visit, line.GetProperty("event").GetString()!, facts),
            _ => null,
        };
    }

    private static Facts FactsOf(JsonElement line, string? outcome)
    {
        var facts = line.TryGetProperty("f", out var found) ? Instants(Facts.FromJson(found)) : Facts.Empty;
        return outcome is null || facts.ContainsKey("outcome") ? facts : Facts.From([new("outcome", outcome), .. facts]);
    }

    /// <summary>JSON has no instants; the journal writes them in the one form that nothing else has.</summary>
    private static Facts Instants(Facts facts) => Facts.From(facts.Select(fact => new KeyValuePair<string, object?>(fact.Key, Instants(fact.Value))));

    private static object? Instants(object? value) => value switch
    {
        string { Length: > 30 } text when DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) => instant,
        Facts inner => Instants(inner),
        IReadOnlyList<object?> items => items.Select(Instants).ToArray(),
        _ => value,
    };
}
