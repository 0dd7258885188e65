using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Moves the demo region's clock, and only when the region is quiet: nothing is due, nothing waits in an outbox, no
/// document is unread. So what the play shows is what a real calendar would have shown.
/// </summary>
internal sealed class DemoQuiet(IServiceProvider services, int regionId)
{
    private static readonly string[] Schemas = ["platform", "intake", "notifications"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sets the region's business time and lets everything that falls due by it happen.</summary>
    public async Task MoveToAsync(DateTimeOffset businessNow, CancellationToken ct)
    {
        await SettleAsync(ct);
        var clock = services.GetRequiredService<RegionClock>();
        var shift = businessNow - clock.SystemNow;
        await using (var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct))
        {
            await db.Regions.Where(r => r.Id == regionId).ExecuteUpdateAsync(set => set.SetProperty(r => r.Shift, shift), ct);
        }

        clock.Forget(regionId);
        await SettleAsync(ct);
    }

    /// <summary>Fires what is due and waits until nothing is under way.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        await services.GetRequiredService<TimerPump>().FireDueAsync(ct);
        await services.GetRequiredService<ReminderPump>().FireDueAsync(ct);
        await UntilAsync(() => IsQuietAsync(ct), "the region to become quiet", ct);
    }

    /// <summary>Asks again every few milliseconds; gives up with what it waited for.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"Waited in vain for {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, ct);
        }
    }

    private async Task<bool> IsQuietAsync(CancellationToken ct)
    {
        foreach (var schema in Schemas)
        {
            if (services.GetKeyedService<Outbox>(schema) is { } outbox && await outbox.HasWorkAsync(ct))
            {
                return false;
            }
        }

        await using var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct);
        var now = services.GetRequiredService<RegionClock>().Now(regionId);
        return !await db.Documents.AnyAsync(d => d.RegionId == regionId && d.State == SentDocumentState.Sent, ct)
            && !await db.Tasks.AnyAsync(t => t.RegionId == regionId && t.NextRungAt <= now, ct);
    }
}
