using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// Two nodes on one database with the same reminders and the same timers, whose clocks are a minute apart, jump over each
/// other at every rung and go backwards. Each rung rings once, each timer fires once, and no sealed day gets another line.
/// </summary>
public sealed class TwoClocks(PostgresServer postgres) : IAsyncLifetime
{
    private const int Cases = 60;

    private static readonly DateTimeOffset Monday = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Due = new(2023, 10, 19, 16, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TestTime time = new();
    private readonly string folder = Directory.CreateTempSubdirectory("perfflow-second-").FullName;
    private PerfFlowApp first = null!;
    private WebApplication second = null!;
    private SmallCounty county = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        first = await PerfFlowApp.StartAsync(postgres, null, null, Monday);
        county = await SmallCounty.CreateAsync(first);
        time.Set(Monday);
        second = PlatformHost.Build(new HostSettings
        {
            Databases = new Databases
            {
                Platform = first.Database.ConnectionString("perfflow_platform"),
                Intake = first.Database.ConnectionString("perfflow_intake"),
                Notifications = first.Database.ConnectionString("perfflow_notifications"),
            },
            DataFolder = folder,
            Url = "http://127.0.0.1:0",
            Time = time,
            Extra = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Logging:LogLevel:Default"] = "None" },
        });
        // Its runner and, in the test's own hands, its pumps; nothing else of it is needed.
        await second.Services.GetRequiredService<DefinitionCatalog>().LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), Ct);
        await second.Services.GetRequiredService<WorkflowRunner>().StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await second.Services.GetRequiredService<WorkflowRunner>().StopAsync(Ct);
        await second.DisposeAsync();
        await first.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task JumpingApartAndBack_RingEachRungOnce_AndFireEachTimerOnce()
    {
        await using (var db = first.Db())
        {
            for (var n = 0; n < Cases; n++)
            {
                await OwedWork.LeavePeriodAsync(first.Get<WorkflowRunner>(), db, county.SchoolProject, Due);
            }
        }

        // Rungs are at nine in the morning of a working day, the last one on the day at whose midnight the period ends.
        for (var day = Monday.Date.AddDays(1).AddHours(1); day < Due.UtcDateTime; day = day.AddDays(1))
        {
            await JumpOverAsync(new DateTimeOffset(day, TimeSpan.Zero));
        }

        var owner = first.Database.OwnerConnectionString;
        var rungs = await RoundDatabase.AskAsync(owner, "select count(distinct rung) from platform.reminders");
        Assert.True(rungs >= 2, $"{rungs} rungs have come");
        Assert.Equal(Cases * rungs, await RoundDatabase.AskAsync(owner, "select count(*) from platform.reminders"));
        await JumpOverAsync(Due);

        await Waiting.UntilAsync(async () => await RoundDatabase.AskAsync(owner, RoundDatabase.Work.Replace("clock_timestamp()", "timestamptz '2024-01-01'", StringComparison.Ordinal)) == 0, () => "all is told and no timer is left");
        Assert.Equal(Cases, await RoundDatabase.AskAsync(owner, "select count(*) from platform.journal where act = 'FireTimer'"));
        Assert.Equal(Cases, await RoundDatabase.AskAsync(owner, "select count(*) from platform.cases where status <> 0"));
        Assert.Equal(0, await RoundDatabase.AskAsync(owner, "select count(*) from platform.reminders r where (select count(distinct i.message_id) from notifications.items i where i.case_id = r.case_id and i.visit = r.visit and i.rung is not null and i.message_id = r.message_id) <> 1"));
        await Guarantees.AssertHoldAsync(first);
    }

    [Fact]
    public async Task NodeSetBackOverMidnight_WritesIntoNoSealedDay()
    {
        var midnight = new DateTimeOffset(2023, 10, 9, 16, 0, 0, TimeSpan.Zero);
        await using var db = first.Db();
        first.Time.Set(midnight - Minute);
        await OwedWork.LeavePeriodAsync(first.Get<WorkflowRunner>(), db, county.SchoolProject, Due);
        time.Set(midnight + Minute);
        await second.Services.GetRequiredService<JournalDays>().SealAsync(Ct);

        first.Time.Set(midnight - Minute);
        await OwedWork.LeavePeriodAsync(first.Get<WorkflowRunner>(), db, county.SchoolProject, Due);
        await Guarantees.AssertHoldAsync(first);

        time.Set(midnight + TimeSpan.FromHours(1));
        await second.Services.GetRequiredService<JournalDays>().SealAsync(Ct);
        Assert.Equal(1, await RoundDatabase.AskAsync(first.Database.OwnerConnectionString, "select count(*) from platform.journal_days where day = '2023-10-09'"));
        await Guarantees.AssertHoldAsync(first);
    }

    /// <summary>From before an instant to after it, never both on the same side for long, with both nodes at work all the while.</summary>
    private async Task JumpOverAsync(DateTimeOffset instant)
    {
        foreach (var (here, there) in new[] { (-2, -2), (1, -1), (-1, 1), (-1, -1), (1, 1), (-1, 2), (2, 2) })
        {
            first.Time.Set(instant + here * Minute);
            time.Set(instant + there * Minute);
            await Task.WhenAll(PumpAsync(first.Services), PumpAsync(second.Services), PumpAsync(first.Services), PumpAsync(second.Services));
        }

        // What comes when the next rung has rung, or the step has ended, is dropped, and rightly so; here every one is to be told.
        await Waiting.UntilAsync(async () => await RoundDatabase.AskAsync(first.Database.OwnerConnectionString, "select count(*) from platform.outbox") == 0, () => "the rungs are told");
    }

    private static async Task PumpAsync(IServiceProvider node)
    {
        await node.GetRequiredService<ReminderPump>().DrainAsync(Ct);
        await node.GetRequiredService<TimerPump>().FireDueAsync(Ct);
    }
}
