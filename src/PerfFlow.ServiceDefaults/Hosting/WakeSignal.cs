namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Ends the pauses of those works of this process that wait on it: there is something to do. Works on other nodes come to it
/// after their pause, and so do these if nobody says so; a wake saves time and carries nothing.
/// </summary>
public class WakeSignal
{
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Call it after the commit of what there is to do.</summary>
    public void Set() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Ends at the next <see cref="Set"/>; take it before looking for work, await it after.</summary>
    internal Task Next => next.Task;
}

/// <summary>Messages wait to be published. One per host, for the outboxes of all its services.</summary>
public sealed class OutboxSignal : WakeSignal;
