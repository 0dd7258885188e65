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
    IReadOnlyList<OpenVisit> Closed, IReadOnlyList<OpenVisit> Opened, IReadOnlyList<OpenVisit> Open, InstanceStatus Status)
{
    /// <summary>The version that was in force after the line.</summary>
    public required WorkflowDefinition Definition { get; init; }

    /// <summary>Of a step that several decide: by visit of a seat the stay that the seats have in common.</summary>
    public IReadOnlyDictionary<int, int> Stays { get; init; } = NoStays;

    private static readonly Dictionary<int, int> NoStays = [];
}

/// <summary>
/// Plays the journal of a case through the engine once more. A line and its columns hold all that the engine saw of the act, so
/// what comes out is what happened, not where the tables say the case stands.
/// </summary>
internal static class CaseReplay
{
    /// <param name="definition">The version that the case runs on.</param>
    /// <param name="journal">Its lines in order.</param>
    /// <param name="versions">Other versions by their rows, for cases that were migrated.</param>
    /// <summary>Every line in order; refused as <c>picture-not-replayable</c>, with the number of the line, where the engine no longer accepts one.</summary>
    public static Outcome<IReadOnlyList<ReplayedLine>> Run(WorkflowDefinition definition, IEnumerable<JournalEntry> journal, Func<int, WorkflowDefinition>? versions = null)
    {
        var lines = new List<ReplayedLine>();
        Instance? instance = null;
        var all = journal.ToList();
        var started = versions is not null && all.Find(line => line.Act == "Migrate") is { } migrated ? versions((int)(long)migrated.Facts[MigrateFacts.From]!) : definition;
        foreach (var line in all)
        {
            if (ActOf(line, versions) is not { } act || WorkflowEngine.Decide(instance?.Definition ?? started, instance, act, line.At) is not Decision.Accepted accepted)
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
                instance.Status)
            {
                Definition = instance.Definition,
                Stays = instance.Participants.Where(seat => seat.Visit > 0).GroupBy(seat => seat.Visit).ToDictionary(seats => seats.Key, seats => seats.Last().Step),
            });
        }

        return lines;
    }

    private static Act? ActOf(JournalEntry line, Func<int, WorkflowDefinition>? versions) => line.Act switch
    {
        "Start" => new Act.Start(line.Facts),
        "Complete" => new Act.Complete(line.Visit, line.Facts),
        "Withdraw" => new Act.Withdraw(line.Visit, line.Facts),
        "Reopen" => new Act.Reopen(line.Facts),
        "Reassign" => new Act.Reassign(line.Visit, line.To),
        "Extend" => new Act.Extend(line.Visit, line.Due),
        "Waive" => new Act.Waive(line.Facts),
        "Void" => new Act.Void(line.Facts),
        "Skip" => new Act.Skip(line.Visit, line.Facts),
        "Move" => new Act.Move(line.To!, line.Facts),
        "Cancel" => new Act.Cancel(line.Facts),
        "Retry" => new Act.Retry(line.Facts),
        "Migrate" when versions is not null => new Act.Migrate(versions((int)(long)line.Facts[MigrateFacts.To]!), line.Facts),
        "ReturnTo" when line.Own("to") is [string target, bool straight, var by] => new Act.ReturnTo(line.Visit, target, straight, by as string, line.Facts),
        "TakeBack" => new Act.TakeBack(line.Visit),
        "AddParticipant" when line.Own("ask") is [string by, long place, .. var signers] => new Act.AddParticipant(
            line.Visit, by, (ParticipantPlace)place, [.. signers.OfType<IReadOnlyList<object?>>().Select(each => new Signer((string)each[0]!, (string?)each[1], (int)(long)each[2]!))]),
        "RemoveParticipant" when line.Own("out") is [long number, var by] => new Act.RemoveParticipant(line.Visit, (int)number, by as string),
        "Succeed" when line.Own("from") is [string from, string to] => new Act.Succeed(from, to),
        "Copy" => new Act.Copy(line.Visit, [.. line.Own("for").OfType<string>()]),
        "FireTimer" => new Act.FireTimer(line.Visit, line.Name!),
        "DeliverEvent" => new Act.DeliverEvent(line.Visit, line.Name!, line.Facts),
        _ => null,
    };
}
