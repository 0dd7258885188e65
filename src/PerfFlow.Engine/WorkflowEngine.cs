using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>Decides acts on cases: a pure function, without clock, randomness or anything outside its arguments.</summary>
public static class WorkflowEngine
{
    /// <summary>What <paramref name="act"/> makes of the case.</summary>
    /// <param name="definition">The definition that the case started with.</param>
    /// <param name="instance">The case as it is; null = not started.</param>
    /// <param name="act">What is to happen.</param>
    /// <param name="now">Business time; the only clock that the engine knows.</param>
    public static Decision Decide(WorkflowDefinition definition, Instance? instance, Act act, DateTimeOffset now) =>
        throw new NotSupportedException($"{definition.Name} {instance?.Revision} {act.Name} {now}");
}
