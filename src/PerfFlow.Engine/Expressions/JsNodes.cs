using System.Text;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>A compiled part of an expression.</summary>
internal abstract class JsNode(int column)
{
    /// <summary>Where it begins in the source, from 1.</summary>
    public int Column { get; } = column;

    public abstract JsValue Evaluate(JsContext context);
}

internal sealed class ConstantNode(int column, JsValue value) : JsNode(column)
{
    public JsValue Value { get; } = value;

    public override JsValue Evaluate(JsContext context) => Value;
}

/// <summary>A parameter of an arrow function around here.</summary>
internal sealed class LocalNode(int column, int hops, int slot) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var locals = context.Locals!;
        for (var i = 0; i < hops; i++)
            locals = locals.Outer!;
        return locals.Slots[slot];
    }
}

internal sealed class TemplateNode(int column, string[] texts, JsNode[] holes) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var text = new StringBuilder(texts[0]);
        for (var i = 0; i < holes.Length; i++)
            text.Append(Operators.ToText(holes[i].Evaluate(context))).Append(texts[i + 1]);
        context.Spend(text.Length / 64);
        return text.ToString();
    }
}

internal sealed class SpreadNode(int column, JsNode inner) : JsNode(column)
{
    public JsNode Inner { get; } = inner;

    public override JsValue Evaluate(JsContext context) => Inner.Evaluate(context);

    /// <summary>The values of a list of elements or arguments, spread ones opened.</summary>
    public static JsValue[] Values(JsContext context, JsNode[] nodes)
    {
        if (!Array.Exists(nodes, node => node is SpreadNode))
        {
            var values = nodes.Length == 0 ? [] : new JsValue[nodes.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = nodes[i].Evaluate(context);
            return values;
        }

        var list = new List<JsValue>();
        foreach (var node in nodes)
        {
            var value = node.Evaluate(context);
            if (node is SpreadNode)
                list.AddRange(Members.Elements(context, value));
            else
                list.Add(value);
            context.Spend(1);
        }

        return [.. list];
    }
}

internal sealed class ArrayNode(int column, JsNode[] elements) : JsNode(column)
{
    public JsNode[] Elements { get; } = elements;

    public override JsValue Evaluate(JsContext context)
    {
        context.Spend(Elements.Length);
        return JsValue.Object(SpreadNode.Values(context, Elements));
    }
}

internal sealed class ObjectNode(int column, (JsNode Key, JsNode Value)[] entries) : JsNode(column)
{
    /// <summary>Key and value; a spread has the spread node as its key.</summary>
    public (JsNode Key, JsNode Value)[] Entries { get; } = entries;

    public override JsValue Evaluate(JsContext context)
    {
        var made = new JsObject();
        foreach (var (key, value) in Entries)
        {
            context.Spend(1);
            if (key is not SpreadNode)
            {
                made[Operators.ToText(key.Evaluate(context))] = value.Evaluate(context);
                continue;
            }

            var source = value.Evaluate(context);
            if (source.IsNullish)
                continue;
            foreach (var name in Members.Keys(source))
            {
                context.Spend(1);
                made[name] = Members.Get(source, name);
            }
        }

        return JsValue.Object(made);
    }
}

internal sealed class MemberNode(int column, JsNode target, string name, bool optional) : JsNode(column)
{
    public JsNode Target { get; } = target;

    public string Name { get; } = name;

    public bool Optional { get; } = optional;

    public override JsValue Evaluate(JsContext context)
    {
        var value = Target.Evaluate(context);
        if (value.Type == JsType.Object && value.AsObject is Facts facts)
            return facts.TryGetValue(Name, out var fact) ? JsValue.From(fact) : JsValue.Undefined;
        if (value.Type == JsType.Skipped || (Optional && value.IsNullish))
            return JsValue.Skipped;
        if (value.IsNullish)
            throw new JsException(ReasonCodes.ReadOf, Column, Name, Operators.ToText(value));
        return Members.Get(value, Name);
    }
}

internal sealed class IndexNode(int column, JsNode target, JsNode key, bool optional) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = target.Evaluate(context);
        if (value.Type == JsType.Skipped || (optional && value.IsNullish))
            return JsValue.Skipped;
        var name = key.Evaluate(context);
        if (value.IsNullish)
            throw new JsException(ReasonCodes.ReadOf, Column, Operators.ToText(name), Operators.ToText(value));
        return Members.Get(value, name);
    }
}

/// <summary>Ends an optional chain: what was skipped inside is undefined outside.</summary>
internal sealed class ChainNode(int column, JsNode inner) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = inner.Evaluate(context);
        return value.Type == JsType.Skipped ? JsValue.Undefined : value;
    }
}

/// <summary>Calls a method of a text, list, number or instant, or a function that an object holds.</summary>
internal sealed class MethodNode(int column, JsNode target, string name, JsNode[] arguments, bool optionalTarget, bool optionalCall) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = target.Evaluate(context);
        if (value.Type == JsType.Skipped || (optionalTarget && value.IsNullish))
            return JsValue.Skipped;
        if (value.IsNullish)
            throw new JsException(ReasonCodes.CalledOn, Column, name, Operators.ToText(value));
        context.Spend(1);
        if (value.AsObject is JsObject or Facts && Members.Get(value, name) is var function && Operators.IsFunction(function))
            return context.Call(function, SpreadNode.Values(context, arguments));
        var method = Methods.Find(value, name);
        if (method is null && optionalCall)
            return JsValue.Skipped;
        if (method is null)
            throw new JsException(ReasonCodes.NoMethodOfType, Column, Operators.TypeOf(value), name);
        return method(context, value, SpreadNode.Values(context, arguments));
    }
}

/// <summary>Calls one of the documented functions.</summary>
internal sealed class HostCallNode(int column, HostFunction function, JsNode[] arguments) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        context.Spend(1);
        return function(context, SpreadNode.Values(context, arguments));
    }
}

/// <summary>Calls the value of an expression, which must be an arrow function.</summary>
internal sealed class CallNode(int column, JsNode callee, JsNode[] arguments, bool optional) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var function = callee.Evaluate(context);
        if (function.Type == JsType.Skipped || (optional && function.IsNullish))
            return JsValue.Skipped;
        if (!Operators.IsFunction(function))
            throw new JsException(ReasonCodes.CalledNoFunction, Column);
        return context.Call(function, SpreadNode.Values(context, arguments));
    }
}

internal sealed class ArrowNode(int column, ArrowParameter[] parameters, int slots, JsNode body) : JsNode(column)
{
    public JsNode Body { get; } = body;

    public override JsValue Evaluate(JsContext context) => JsValue.Object(new JsFunction(this, context.Locals));

    /// <summary>The slots of one call: parameters with their defaults, patterns taken apart, then room for nothing else.</summary>
    public JsValue[] Bind(JsContext context, JsLocals? outer, ReadOnlySpan<JsValue> arguments)
    {
        var values = new JsValue[slots];
        var before = context.Locals;
        context.Locals = new JsLocals(values, outer);
        for (var i = 0; i < parameters.Length; i++)
            parameters[i].Bind(context, values, parameters[i].Rest ? JsValue.Object(arguments[Math.Min(i, arguments.Length)..].ToArray()) : i < arguments.Length ? arguments[i] : JsValue.Undefined);
        context.Locals = before;
        return values;
    }
}

/// <summary>A parameter: a name, or a pattern of parameters taken from a list (by position) or an object (by key).</summary>
internal sealed record ArrowParameter(int Slot, JsNode? Default, bool Rest, ArrowParameter[]? Elements, (string Key, ArrowParameter Parameter)[]? Properties)
{
    public void Bind(JsContext context, JsValue[] slots, JsValue value)
    {
        if (value.Type == JsType.Undefined && Default is not null)
            value = Default.Evaluate(context);
        if (Elements is not null)
        {
            var items = Members.Elements(context, value);
            for (var i = 0; i < Elements.Length; i++)
                Elements[i].Bind(context, slots, Elements[i].Rest ? JsValue.Object(items[Math.Min(i, items.Length)..]) : i < items.Length ? items[i] : JsValue.Undefined);
        }
        else if (Properties is not null)
        {
            foreach (var (key, parameter) in Properties)
                parameter.Bind(context, slots, Members.Get(value, key));
        }
        else
        {
            slots[Slot] = value;
        }
    }
}
