using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>The names by which an activity completed: one, or several that all fire.</summary>
internal readonly struct Outcomes
{
    private readonly string? one;
    private readonly string[]? several;

    public Outcomes(string one) => this.one = one;

    public Outcomes(string[] several)
    {
        if (several.Length == 1)
            one = several[0];
        else
            this.several = several;
    }

    public static Outcomes Done { get; } = new("Done");

    public string? First => one ?? (several is { Length: > 0 } ? several[0] : null);

    public bool Contains(string port) => one is not null
        ? string.Equals(one, port, StringComparison.Ordinal)
        : several is not null && Array.IndexOf(several, port) >= 0;
}

/// <summary>When a step of a flowchart runs, given the tokens that come to it.</summary>
internal enum MergeMode : byte
{
    Stream,
    Merge,
    Converge,
    Cascade,
    Race,
}

/// <summary>An activity of a definition, compiled. Immutable once its definition is loaded.</summary>
internal abstract class Node
{
    protected Node(ActivityReader reader)
    {
        Id = reader.Id;
        Name = reader.Name;
        Type = reader.Type;
        MergeMode = reader.MergeMode();
        CanStartWorkflow = reader.Flag("canStartWorkflow");
    }

    protected Node(string id, string name, string type)
    {
        Id = id;
        Name = name;
        Type = type;
    }

    public string Id { get; }

    public string Name { get; }

    public string Type { get; }

    public MergeMode MergeMode { get; protected init; }

    /// <summary>The container around it completes when it does.</summary>
    public virtual bool IsTerminal => false;

    /// <summary>A flowchart may begin here.</summary>
    public bool CanStartWorkflow { get; }

    /// <summary>Its number in the definition: what a stored instance calls it by.</summary>
    public int Index { get; set; }

    /// <summary>The activity around it, in whose frame it runs; null for the workflow itself.</summary>
    public Node? Outer { get; set; }

    /// <summary>Its number in the flowchart around it.</summary>
    public int Slot { get; set; }

    /// <summary>Runs it. What completes at once says so to the burst and leaves no frame.</summary>
    /// <param name="burst">The work of one act.</param>
    /// <param name="parent">The frame of the container.</param>
    public abstract void Execute(Burst burst, Frame parent);

    /// <summary>One of its children has completed.</summary>
    public virtual void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes) =>
        throw new InvalidOperationException($"{Type} has no children.");

    /// <summary>One of its children was cancelled and is gone.</summary>
    public virtual void ChildCancelled(Burst burst, Frame frame, Node child)
    {
    }
}

/// <summary>An activity with children, and with variables that they see.</summary>
internal abstract class ContainerNode : Node
{
    protected ContainerNode(ActivityReader reader, VariableScope scope)
        : base(reader)
    {
        Scope = scope;
    }

    protected ContainerNode(string id, string name, string type, VariableScope scope)
        : base(id, name, type)
    {
        Scope = scope;
    }

    public VariableScope Scope { get; }

    /// <summary>A frame with the variables at their defaults.</summary>
    protected Frame Open(Burst burst, Frame? parent)
    {
        var frame = burst.Open(this, parent);
        if (Scope.Defaults.Length > 0)
            frame.Declare(Scope.Defaults);
        return frame;
    }
}

/// <summary>An activity that waits for something from outside: it opens a visit.</summary>
internal abstract class WaitingNode(ActivityReader reader) : Node(reader)
{
    /// <summary>What the visit is called: fill, review, act or task for people; timer or event for the rest.</summary>
    public abstract string Kind { get; }

    /// <summary>Opens it once more, after what followed it was pulled back.</summary>
    /// <param name="burst">The work of one act.</param>
    /// <param name="before">Its frame of then, already taken away.</param>
    public abstract void OpenAgain(Burst burst, Frame before);
}
