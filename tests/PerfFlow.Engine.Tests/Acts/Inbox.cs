using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>What the runner keeps beside the instance, built from effects alone: open tasks and timers, and visits ever decided.</summary>
internal sealed class Inbox
{
    private readonly HashSet<int> tasks = [];
    private readonly HashSet<int> timers = [];
    private readonly HashSet<int> waits = [];
    private readonly HashSet<int> seen = [];
    private readonly HashSet<int> completed = [];
    private readonly Dictionary<(int Step, int Number), Participant> participants = [];

    /// <summary>Seats that there ever were.</summary>
    public int Seats => participants.Count;

    public void Apply(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Effect.TaskOpened opened:
                    Assert.True(seen.Add(opened.Visit), $"visit {opened.Visit} is used twice");
                    Assert.True(tasks.Add(opened.Visit));
                    break;
                case Effect.TaskClosed closed:
                    Assert.True(tasks.Remove(closed.Visit), $"task {closed.Visit} closes without being open");
                    if (closed.Why == "completed")
                        Assert.True(completed.Add(closed.Visit), $"visit {closed.Visit} is decided twice");
                    break;
                case Effect.TimerSet set:
                    timers.Add(set.Visit);
                    break;
                case Effect.TimerCancelled cancelled:
                    Assert.True(timers.Remove(cancelled.Visit), $"timer of {cancelled.Visit} ends without being set");
                    break;
                case Effect.WaitSet set:
                    Assert.True(waits.Add(set.Visit));
                    break;
                case Effect.WaitCleared cleared:
                    Assert.True(waits.Remove(cleared.Visit), $"wait of {cleared.Visit} ends without being set");
                    break;
                case Effect.TaskReassigned { Visit: var visit }:
                    Assert.Contains(visit, tasks);
                    break;
                case Effect.ParticipantSet { Participant: var seat }:
                    participants[(seat.Step, seat.Number)] = seat;
                    break;
                case Effect.TaskExtended { Visit: var visit }:
                    Assert.Contains(visit, tasks);
                    break;
            }
        }
    }

    /// <summary>At any instant the inbox equals the state of the case (design.md §11).</summary>
    public void Matches(Instance instance)
    {
        Assert.Equal(instance.OpenVisits.Where(open => open.Kind is not ("timer" or "event")).Select(open => open.Visit), tasks.Order());
        Assert.Equal(instance.OpenVisits.Where(open => open.Kind == "event").Select(open => open.Visit), waits.Order());
        Assert.Equal(instance.OpenVisits.Where(open => open.Kind == "timer").Select(open => open.Visit), timers.Order());

        // every open seat has a task of its own, and the rows say what the case says
        var open = instance.Participants.Select(seat => seat.Step).ToHashSet();
        Assert.Equal(instance.Participants.OrderBy(seat => seat.Step).ThenBy(seat => seat.Number), participants.Values.Where(seat => open.Contains(seat.Step)).OrderBy(seat => seat.Step).ThenBy(seat => seat.Number));
        Assert.All(participants.Values.Where(seat => seat.State == ParticipantState.Open), seat => Assert.Contains(seat.Visit, tasks));
        Assert.All(participants.Values.Where(seat => !open.Contains(seat.Step)), seat => Assert.NotEqual(ParticipantState.Waiting, seat.State));
    }
}
