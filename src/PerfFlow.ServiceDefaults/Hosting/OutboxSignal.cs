namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>Wakes the dispatchers of this process. One per host; a lost wake costs one poll interval, never a message.</summary>
public sealed class OutboxSignal
{
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Call it after the commit of a transaction that wrote outbox rows.</summary>
    public void Set() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Ends at the next <see cref="Set"/>; take it before looking for rows, await it after.</summary>
    internal Task Next => next.Task;
}
