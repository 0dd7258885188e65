using System.Runtime.InteropServices;
using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Instances;

[Flags]
internal enum TokenState : byte
{
    Waiting = 0,
    Consumed = 1,
    Blocked = 2,
}

/// <summary>A token of a flowchart: it travels on a connection, whose number says whence, by which outcome and whither.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FlowToken(int Connection, TokenState State);

/// <summary>
/// A running container or a waiting activity. Frames of an instance are never changed: a burst works on copies.
/// </summary>
internal sealed class Frame(Node node, Frame? parent)
{
    private static readonly FlowToken[] NoTokens = [];
    private static readonly object?[] NoVariables = [];

    private FlowToken[] tokens = NoTokens;
    private int tokenCount;
    private bool ownsVariables = true;

    public Node Node { get; } = node;

    public Frame? Parent { get; set; } = parent;

    /// <summary>Values of the variables that the container declares, in its order.</summary>
    public object?[] Variables { get; private set; } = NoVariables;

    /// <summary>What the container has got to: an index, or the number of children still running.</summary>
    public int Counter { get; set; }

    /// <summary>A value of the activity's own: items of a loop, the event waited for, the seats of a human step, its way back.</summary>
    public object? Data { get; set; }

    /// <summary>The seats of a human step that several decide; then the frames within it are those of the open seats, numbered by <see cref="Counter"/>.</summary>
    public Panel? Panel => Data as Panel;

    /// <summary>The stay of a waiting activity; null for containers.</summary>
    public OpenVisit? Visit { get; set; }

    /// <summary>A loop that is to end, or a sequence inside it, once its child has completed.</summary>
    public bool Breaking { get; set; }

    /// <summary>The activity failed here and waits for repair.</summary>
    public bool Faulted { get; set; }

    public ReadOnlySpan<FlowToken> Tokens => tokens.AsSpan(0, tokenCount);

    public Frame Copy()
    {
        var copy = new Frame(Node, Parent)
        {
            Counter = Counter,
            Data = Data,
            Visit = Visit,
            Faulted = Faulted,
            Breaking = Breaking,
            Variables = Variables,
            ownsVariables = false,
        };
        if (tokenCount > 0)
        {
            copy.tokens = tokens[..tokenCount];
            copy.tokenCount = tokenCount;
        }

        return copy;
    }

    public void Declare(object?[] values)
    {
        Variables = values;
        ownsVariables = false;
    }

    public void Set(int index, object? value)
    {
        if (!ownsVariables)
        {
            Variables = (object?[])Variables.Clone();
            ownsVariables = true;
        }

        Variables[index] = value;
    }

    public void AddToken(FlowToken token)
    {
        if (tokenCount == tokens.Length)
            Array.Resize(ref tokens, Math.Max(2, tokenCount * 2));
        tokens[tokenCount++] = token;
    }

    public void Consume(int position) => tokens[position] = tokens[position] with { State = tokens[position].State | TokenState.Consumed };

    public void RemoveTokens(Func<FlowToken, bool> match)
    {
        var kept = 0;
        for (var i = 0; i < tokenCount; i++)
        {
            if (!match(tokens[i]))
                tokens[kept++] = tokens[i];
        }

        tokenCount = kept;
    }

    public void ClearTokens() => tokenCount = 0;
}
