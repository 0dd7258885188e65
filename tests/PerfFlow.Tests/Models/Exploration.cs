namespace PerfFlow.Tests.Models;

/// <summary>A step that may happen in a state, and the state after it.</summary>
internal readonly record struct Step<TState>(string Name, TState Next);

/// <summary>What a search over all interleavings found.</summary>
/// <param name="States">How many different states there are.</param>
/// <param name="Broken">The first property broken, null when all hold.</param>
/// <param name="Trace">The shortest way there.</param>
internal sealed record Exploration(int States, string? Broken, IReadOnlyList<string> Trace)
{
    /// <summary>Visits every state that can be reached, nearest first, until a property is broken.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="steps">All that may happen next, in any order of the participants.</param>
    /// <param name="always">Names a property that the state breaks, or null.</param>
    /// <param name="atTheEnd">The same for states in which nothing more happens.</param>
    public static Exploration Of<TState>(TState start, Func<TState, IEnumerable<Step<TState>>> steps, Func<TState, string?> always, Func<TState, string?> atTheEnd)
        where TState : IEquatable<TState>
    {
        var from = new Dictionary<TState, (TState Before, string Step)> { [start] = (start, "") };
        var open = new Queue<TState>([start]);
        while (open.TryDequeue(out var state))
        {
            var next = steps(state).ToList();
            if ((always(state) ?? (next.Count == 0 ? atTheEnd(state) : null)) is { } broken)
            {
                return new Exploration(from.Count, broken, Trace(state));
            }

            foreach (var step in next.Where(step => from.TryAdd(step.Next, (state, step.Name))))
            {
                open.Enqueue(step.Next);
            }
        }

        return new Exploration(from.Count, null, []);

        List<string> Trace(TState state)
        {
            var names = new List<string>();
            for (; !state.Equals(start); state = from[state].Before)
            {
                names.Add(from[state].Step);
            }

            names.Reverse();
            return names;
        }
    }
}
