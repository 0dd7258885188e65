using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>The names of Elsa's JavaScript at one activity of a definition.</summary>
internal sealed class DefinitionNames(LoadContext context, VariableScope scope) : IJsNames
{
    private readonly InputSource inputs = new(scope.Workflow.Nested, scope.HopsToWorkflow());

    public JsNode? Name(string name, int column)
    {
        if (HostFunctions.All.TryGetValue(name, out var function))
            return new ConstantNode(column, JsValue.Object(function));
        if (name != "variables")
            return null;
        var visible = scope.Visible();
        foreach (var variable in visible)
            variable.Variable.Reads();
        return new VariablesNode(column, visible);
    }

    public JsNode? Member(string owner, string name, int column)
    {
        if (owner == "variables")
            return Read(scope.ByName(name) ?? scope.ByScriptName(name) ?? throw new JsSyntaxException(ReasonCodes.NoVariable, column, name), column);
        if (HostFunctions.Constants.TryGetValue($"{owner}.{name}", out var constant))
            return new ConstantNode(column, constant);
        return HostFunctions.All.TryGetValue($"{owner}.{name}", out var function) ? new ConstantNode(column, JsValue.Object(function)) : null;
    }

    public JsNode Read(JsNode target, string member, MemberNode node)
    {
        if (target is not VariableNode variable)
            return node;
        variable.Reference.Variable.ReadsMember(member);
        return new VariableMemberNode(node.Column, variable.Reference, member, node.Optional);
    }

    public JsNode? Call(string function, JsNode[] arguments, int column)
    {
        if (HostFunctions.All.TryGetValue(function, out var host))
            return new HostCallNode(column, host, arguments);
        switch (function)
        {
            case "getInput":
                return new InputNode(column, Argument(arguments, function, column), inputs);
            case "getVariable":
                return Variable(Argument(arguments, function, column), column);
            case "setVariable" when arguments.Length == 2:
                return new SetVariableNode(column, Named(arguments[0], column), arguments[1]);
            case "getCorrelationId":
                return new CorrelationNode(column, Correlation.Of(scope));
            case "setOutcome" or "setOutcomes":
                return new SetOutcomeNode(column, Argument(arguments, function, column));
            case "getLastResult" when arguments.Length == 0:
                context.AsksForResults = true;
                return new LastResultNode(column);
            case "getOutputFrom" when arguments.Length is 1 or 2:
                context.AsksForResults = true;
                return new ResultNode(column, arguments[0], arguments.Length == 2 ? arguments[1] : new ConstantNode(column, "result"));
            case "Math.random" or "Date.now" or "Date" or "newGuid" or "newGuidString" or "newShortGuid":
                throw new JsSyntaxException(ReasonCodes.NotRepeatable, column, function);
            default:
                return Accessor(function, arguments, column);
        }
    }

    /// <summary><c>getX()</c> and <c>setX(value)</c> of a variable, or <c>getX()</c> of a declared input.</summary>
    private JsNode? Accessor(string function, JsNode[] arguments, int column)
    {
        if (function.Length <= 3)
            return null;
        var name = function[3..];
        if (function.StartsWith("set", StringComparison.Ordinal) && arguments.Length == 1)
            return scope.ByScriptName(name) is { } target ? new SetVariableNode(column, target, arguments[0]) : null;
        if (!function.StartsWith("get", StringComparison.Ordinal))
            return null;
        if (scope.ByScriptName(name) is { } variable)
            return Read(variable, column);
        var input = scope.Workflow.Inputs.FirstOrDefault(declared => WorkflowScope.Pascal(declared) == name);
        return input is null ? Result(name, column) : new InputNode(column, new ConstantNode(column, input), inputs);
    }

    /// <summary><c>get&lt;Output&gt;From&lt;Activity&gt;()</c>.</summary>
    private ResultNode? Result(string name, int column)
    {
        var at = name.IndexOf("From", StringComparison.Ordinal);
        if (at <= 0 || at + 4 == name.Length)
            return null;
        context.AsksForResults = true;
        return new ResultNode(column, new ConstantNode(column, name[(at + 4)..]), new ConstantNode(column, name[..at]));
    }

    private JsNode Variable(JsNode name, int column)
    {
        if (name is ConstantNode)
            return Read(Named(name, column), column);
        var visible = scope.Visible();
        foreach (var variable in visible)
            variable.Variable.Reads();
        return new IndexNode(column, new VariablesNode(column, visible), name, optional: false);
    }

    private VariableReference Named(JsNode name, int column)
    {
        if (name is not ConstantNode { Value: { IsString: true } text })
            throw new JsSyntaxException(ReasonCodes.NameWrittenOut, column);
        return scope.ByName(text.AsString) ?? throw new JsSyntaxException(ReasonCodes.NoVariable, column, text.AsString);
    }

    private static VariableNode Read(VariableReference variable, int column)
    {
        variable.Variable.Reads();
        return new VariableNode(column, variable);
    }

    private static JsNode Argument(JsNode[] arguments, string function, int column) =>
        arguments.Length == 1 ? arguments[0] : throw new JsSyntaxException(ReasonCodes.OneName, column, function);
}

internal sealed class VariableNode(int column, VariableReference reference) : JsNode(column)
{
    public VariableReference Reference { get; } = reference;

    public override JsValue Evaluate(JsContext context) => JsValue.From(Reference.Get(context.Frame));
}

/// <summary><c>getDecision().outcome</c> in one step: the most frequent thing that an expression does.</summary>
internal sealed class VariableMemberNode(int column, VariableReference variable, string member, bool optional) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = variable.Get(context.Frame);
        if (value is Facts facts)
            return facts.TryGetValue(member, out var fact) ? JsValue.From(fact) : JsValue.Undefined;
        if (value is not null)
            return Members.Get(JsValue.From(value), member);
        return optional ? JsValue.Skipped : throw new JsException(ReasonCodes.ReadOf, Column, member, "null");
    }
}

internal sealed class VariablesNode(int column, IReadOnlyList<VariableReference> variables) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        context.Spend(variables.Count);
        var made = new JsObject();
        foreach (var variable in variables)
            made[variable.Variable.Name] = JsValue.From(variable.Get(context.Frame));
        return JsValue.Object(made);
    }
}

internal sealed class SetVariableNode(int column, VariableReference variable, JsNode value) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        variable.Set(context.Frame, value.Evaluate(context).ToFact());
        return JsValue.Undefined;
    }
}

internal sealed class InputNode(int column, JsNode name, InputSource inputs) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) =>
        inputs.Get(context.Burst, context.Frame, Operators.ToText(name.Evaluate(context)), out var value) ? JsValue.From(value) : JsValue.Null;
}

internal sealed class CorrelationNode(int column, Correlation correlation) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) => JsValue.From(correlation.Get(context.Burst, context.Frame));
}

internal sealed class SetOutcomeNode(int column, JsNode outcome) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = outcome.Evaluate(context);
        context.Burst.ScriptOutcomes = Members.IsList(value)
            ? [.. Members.Elements(context, value).Select(item => Operators.ToText(item))]
            : [Operators.ToText(value)];
        return JsValue.Undefined;
    }
}

internal sealed class LastResultNode(int column) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) => JsValue.From(context.Burst.Results?.Last);
}

/// <summary>What an activity, by id or name, gave in this burst.</summary>
internal sealed class ResultNode(int column, JsNode activity, JsNode output) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) => JsValue.From(
        context.Burst.Results?.Get(Operators.ToText(activity.Evaluate(context)), Operators.ToText(output.Evaluate(context))));
}
