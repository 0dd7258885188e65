using System.Runtime.CompilerServices;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Expressions;

/// <summary>What an expression can see while it runs, and how much work it may still do.</summary>
internal sealed class JsContext
{
    /// <summary>Work of one evaluation: calls, elements visited, and 1 per 64 characters of text made.</summary>
    public const int MaxSteps = 200_000;

    private const int MaxDepth = 64;

    private int steps;
    private int depth;

    public JsContext(Burst? burst, Frame? frame)
    {
        Burst = burst!;
        Frame = frame!;
    }

    /// <summary>The burst that evaluates. Absent only while the loader folds constants, which reads neither input nor variables.</summary>
    public Burst Burst { get; private set; }

    /// <summary>The frame of the container of the activity whose property is evaluated.</summary>
    public Frame Frame { get; private set; }

    public JsLocals? Locals { get; set; }

    public JsContext For(Burst burst, Frame frame)
    {
        Burst = burst;
        Frame = frame;
        Locals = null;
        steps = 0;
        depth = 0;
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Spend(int work)
    {
        steps += work;
        if (steps > MaxSteps)
            throw new JsException(ReasonCodes.WorksTooLong, 0);
    }

    public JsValue Call(JsValue function, params ReadOnlySpan<JsValue> arguments)
    {
        Spend(1);
        if (function.AsObject is HostFunction host)
            return host(this, arguments.ToArray());
        if (function.AsObject is not JsFunction target)
            throw new JsException(ReasonCodes.CalledNoFunction, 0);
        if (++depth > MaxDepth)
            throw new JsException(ReasonCodes.CallsTooDeep, 0);
        var before = Locals;
        Locals = new JsLocals(target.Node.Bind(this, target.Outer, arguments), target.Outer);
        try
        {
            return target.Node.Body.Evaluate(this);
        }
        finally
        {
            Locals = before;
            depth--;
        }
    }
}
