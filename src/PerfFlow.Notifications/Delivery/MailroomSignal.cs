namespace PerfFlow.Notifications.Delivery;

/// <summary>Wakes the mailroom of this process when something may be due; a lost wake costs one poll.</summary>
internal sealed class MailroomSignal
{
    private readonly SemaphoreSlim woken = new(0, 1);

    public void Set()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken ct) => woken.WaitAsync(limit, ct);
}
