using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>The engine's answer to an act.</summary>
public abstract record Decision
{
    private protected Decision()
    {
    }

    /// <summary>The act took place: the instance as it is now, and what follows from it outside.</summary>
    public sealed record Accepted(Instance Instance, IReadOnlyList<Effect> Effects) : Decision;

    /// <summary>Nothing changed. The code is one of <see cref="RefusalCodes"/>; the message is for logs, not for clerks.</summary>
    public sealed record Refused(string Code, string Message) : Decision;
}
