namespace PerfFlow.Tests.Models;

/// <summary>
/// The way of a message from a committed act to its effect in another service: outbox, two dispatchers, a broker, one consumer.
/// Dispatchers claim a row for a time, hand it to the broker, and delete it when the broker has confirmed. The consumer writes
/// effect and <c>consumed</c> in one transaction and acknowledges after it. Dispatcher, broker and consumer may each die.
/// </summary>
internal sealed class OutboxModel
{
    /// <summary>The consumer's transaction holds the message's id; a known id has no effect.</summary>
    public bool RemembersConsumed { get; init; } = true;

    /// <summary>The row stays until the broker has confirmed that the message is on disk.</summary>
    public bool WaitsForConfirm { get; init; } = true;

    public int Deaths { get; init; } = 2;

    /// <param name="Row">The row is in the outbox.</param>
    /// <param name="First">A dispatcher: i idle, h has claimed, p has handed it over, k was told it is on disk.</param>
    /// <param name="Second">The other.</param>
    /// <param name="Claimed">A claim holds; it ends by time.</param>
    /// <param name="Memory">Copies that the broker has not written yet.</param>
    /// <param name="Disk">Copies that it has.</param>
    /// <param name="Reading">The consumer: i idle, r holds a copy, c has committed and not yet acknowledged.</param>
    /// <param name="Consumed">The id is in the ledger.</param>
    /// <param name="Effects">How often it had its effect.</param>
    /// <param name="Died">Deaths so far.</param>
    internal readonly record struct State(bool Row, char First, char Second, bool Claimed, int Memory, int Disk, char Reading, bool Consumed, int Effects, int Died);

    public Exploration Search() => Exploration.Of(
        new State(Row: true, 'i', 'i', Claimed: false, 0, 0, 'i', Consumed: false, 0, 0),
        Steps,
        s => s.Effects > 1 ? "the effect happened twice" : null,
        s => s.Effects == 1 ? null : "the message is lost");

    private IEnumerable<Step<State>> Steps(State s) =>
        Dispatcher(s, s.First, (state, stage) => state with { First = stage }).Select(step => step with { Name = $"dispatcher 1 {step.Name}" })
            .Concat(Dispatcher(s, s.Second, (state, stage) => state with { Second = stage }).Select(step => step with { Name = $"dispatcher 2 {step.Name}" }))
            .Concat(Broker(s)).Concat(Consumer(s));

    private IEnumerable<Step<State>> Dispatcher(State s, char stage, Func<State, char, State> put)
    {
        switch (stage)
        {
            case 'i' when s.Row && !s.Claimed:
                yield return new("claims", put(s with { Claimed = true }, 'h'));
                break;
            case 'h' when s.Memory + s.Disk < 3:
                yield return new("hands over", put(s with { Memory = s.Memory + 1 }, WaitsForConfirm ? 'p' : 'k'));
                break;
            case 'p':
                // The confirmation comes when the copy is on disk, and not at all when the broker died before.
                if (s.Memory == 0 && (s.Disk > 0 || s.Effects > 0))
                {
                    yield return new("is confirmed", put(s, 'k'));
                }

                yield return new("waits too long", put(s with { Claimed = false }, 'i'));
                break;
            case 'k':
                yield return new("deletes the row", put(s with { Row = false, Claimed = false }, 'i'));
                break;
        }

        if (s.Claimed)
        {
            yield return new("'s claim runs out", s with { Claimed = false });
        }

        if (stage != 'i' && s.Died < Deaths)
        {
            yield return new("dies", put(s with { Died = s.Died + 1 }, 'i'));
        }
    }

    private IEnumerable<Step<State>> Broker(State s)
    {
        if (s.Memory > 0)
        {
            yield return new("the broker writes a copy", s with { Memory = s.Memory - 1, Disk = s.Disk + 1 });
            if (s.Died < Deaths)
            {
                yield return new("the broker dies", s with { Memory = 0, Died = s.Died + 1 });
            }
        }
    }

    private IEnumerable<Step<State>> Consumer(State s)
    {
        switch (s.Reading)
        {
            case 'i' when s.Disk > 0:
                yield return new("the consumer reads a copy", s with { Reading = 'r' });
                break;
            case 'r':
                var has = !(RemembersConsumed && s.Consumed);
                yield return new("the consumer commits", s with { Reading = 'c', Consumed = RemembersConsumed, Effects = Math.Min(s.Effects + (has ? 1 : 0), 2) });
                break;
            case 'c':
                yield return new("the consumer acknowledges", s with { Reading = 'i', Disk = s.Disk - 1 });
                break;
        }

        if (s.Reading != 'i' && s.Died < Deaths)
        {
            yield return new("the consumer dies", s with { Reading = 'i', Died = s.Died + 1 });
        }
    }
}
