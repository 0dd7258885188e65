namespace PerfFlow.Engine.Instances;

/// <summary>Where a case stands. Stable numbers: they are stored.</summary>
public enum InstanceStatus
{
    /// <summary>Something is open. Goes to any of the others.</summary>
    Running = 0,

    /// <summary>Came to its end by the definition. <c>Reopen</c> takes it back to Running.</summary>
    Finished = 1,

    /// <summary>免报: nothing had to be filed. Final.</summary>
    Waived = 2,

    /// <summary>作废. Final.</summary>
    Voided = 3,

    /// <summary>Ended by an operator. Final.</summary>
    Cancelled = 4,

    /// <summary>An activity failed; the case is kept for repair and can be voided.</summary>
    Faulted = 5,
}
