using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Definitions;

/// <summary>A variable of a container.</summary>
internal sealed class Variable(string id, string name, object? defaultValue, bool persistent, FactType type = FactType.Any)
{
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private string[]? kept;
    private int wholeReads;

    public string Id { get; } = id;

    public string Name { get; } = name;

    public object? Default { get; } = defaultValue;

    /// <summary>Kept when the case waits. Others are null after a wait, as in Elsa.</summary>
    public bool Persistent { get; } = persistent;

    /// <summary>An expression reads the variable, so that all of its value must be kept,</summary>
    public void Reads() => wholeReads++;

    /// <summary>unless it turns out that this one read goes on to a named member.</summary>
    public void ReadsMember(string member)
    {
        wholeReads--;
        members.Add(member);
    }

    public void Seal() => kept = wholeReads > 0 ? null : [.. members];

    /// <summary>
    /// What is stored of a value: of facts of which the definition reads only named members, only these. A task's result is
    /// asked for its outcome and nothing else, and a stored case stays small.
    /// </summary>
    public object? Stored(object? value) => kept is not null && value is Facts facts ? facts.Only(kept) : FactTypes.Converted(value, type);
}

/// <summary>Where a variable is, seen from an activity: so many containers outwards, at a position.</summary>
internal sealed class VariableReference(Variable variable, int hops, int index)
{
    public Variable Variable { get; } = variable;

    public object? Get(Frame frame) => Owner(frame).Variables[index];

    public void Set(Frame frame, object? value) => Owner(frame).Set(index, Variable.Stored(value));

    private Frame Owner(Frame frame)
    {
        for (var i = 0; i < hops; i++)
            frame = frame.Parent!;
        return frame;
    }
}

/// <summary>The variables of a container and, outwards, of those around it, up to the workflow that they belong to.</summary>
internal sealed class VariableScope(VariableScope? outer, WorkflowScope workflow)
{
    public VariableScope? Outer { get; } = outer;

    public WorkflowScope Workflow { get; } = workflow;

    public List<Variable> Variables { get; } = [];

    /// <summary>What the variables are when the container begins.</summary>
    public object?[] Defaults { get; private set; } = [];

    /// <summary>Called when the whole definition has been read: only now is it known what is read of which variable.</summary>
    public void Seal()
    {
        Variables.ForEach(variable => variable.Seal());
        Defaults = [.. Variables.Select(variable => variable.Default)];
    }

    public VariableReference? ById(string id) => Find(variable => string.Equals(variable.Id, id, StringComparison.Ordinal));

    public VariableReference? ByName(string name) => Find(variable => string.Equals(variable.Name, name, StringComparison.Ordinal));

    /// <summary>By the name that scripts use: Elsa calls the accessor of <c>decision</c> <c>getDecision</c>.</summary>
    public VariableReference? ByScriptName(string name) => Find(variable => string.Equals(WorkflowScope.Pascal(variable.Name), name, StringComparison.Ordinal));

    /// <summary>All variables that can be seen from here; an inner one hides an outer one of its name.</summary>
    public IReadOnlyList<VariableReference> Visible()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var visible = new List<VariableReference>();
        for (var (scope, hops) = (this, 0); scope is not null; scope = scope.InWorkflow(), hops++)
        {
            for (var i = 0; i < scope.Variables.Count; i++)
            {
                if (names.Add(scope.Variables[i].Name))
                    visible.Add(new VariableReference(scope.Variables[i], hops, i));
            }
        }

        return visible;
    }

    /// <summary>How many containers lie between here and the workflow's own.</summary>
    public int HopsToWorkflow()
    {
        var hops = 0;
        for (var scope = this; scope.InWorkflow() is { } next; scope = next)
            hops++;
        return hops;
    }

    private VariableReference? Find(Func<Variable, bool> match)
    {
        for (var (scope, hops) = (this, 0); scope is not null; scope = scope.InWorkflow(), hops++)
        {
            var index = scope.Variables.FindIndex(variable => match(variable));
            if (index >= 0)
                return new VariableReference(scope.Variables[index], hops, index);
        }

        return null;
    }

    /// <summary>The next scope outwards, but not out of a workflow that another one runs as an activity.</summary>
    private VariableScope? InWorkflow() => Outer is not null && ReferenceEquals(Outer.Workflow, Workflow) ? Outer : null;
}

/// <summary>What belongs to one workflow: its declared inputs and outputs, and whether it runs inside another.</summary>
internal sealed class WorkflowScope(bool nested)
{
    /// <summary>Position, in the workflow's frame, of the inputs that a surrounding workflow gave.</summary>
    public const int InputsIndex = 0;

    /// <summary>Position, in the workflow's frame, of what SetOutput gave.</summary>
    public const int OutputsIndex = 1;

    public bool Nested { get; } = nested;

    public HashSet<string> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Inputs with a storage driver: they stay readable after the case has waited.</summary>
    public HashSet<string> KeptInputs { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Outputs { get; } = new(StringComparer.Ordinal);

    public static string Pascal(string name)
    {
        if (name.Length == 0)
            return name;
        var parts = name.Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(parts.Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
