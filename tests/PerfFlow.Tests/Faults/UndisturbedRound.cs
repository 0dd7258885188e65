using System.Collections.Concurrent;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Results;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Faults;

/// <summary>The round as it goes when nothing happens: in the test's own process, once for all tests.</summary>
internal static class UndisturbedRound
{
    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal) { ["Identity:HashRounds"] = "1000", ["Identity:SlowestAnswerSeconds"] = "0" };

    private static readonly ConcurrentDictionary<CountySize, Lazy<Task<IReadOnlyList<string>>>> Outcomes = new();

    /// <summary>The lines of <see cref="RoundOutcome"/>.</summary>
    public static Task<IReadOnlyList<string>> OutcomeAsync(PostgresServer postgres, CountySize size) => Outcomes.GetOrAdd(size, s => new(() => RunAsync(postgres, s))).Value;

    private static async Task<IReadOnlyList<string>> RunAsync(PostgresServer postgres, CountySize size)
    {
        await using var app = await PerfFlowApp.StartAsync(postgres, Quick);
        var county = await FaultCounty.CreateAsync(app.Services, app.Database.OwnerConnectionString, size);
        await app.Get<MissingResults>().SweepAsync(CancellationToken.None);
        await using var plug = Plug.Untouched();
        using var round = new FilingRound([app.Address], county, plug, seed: 0);
        await round.SignInAsync();
        var notice = await round.IssueAsync();
        await RoundDatabase.MoveClockAsync(app.Database.OwnerConnectionString);
        await using (var db = app.Db())
        {
            app.Get<RegionClock>().Forget(db.Regions.Single().Id);
        }

        await RoundDatabase.UntilToldAsync(app.Database.OwnerConnectionString, size.Cases);
        await round.FileAndReviewAsync(notice);
        await Waiting.UntilAsync(async () => await RoundDatabase.AskAsync(app.Database.OwnerConnectionString, RoundDatabase.Work) == 0, () => "all messages have arrived");
        return await RoundOutcome.ReadAsync(app.Database.OwnerConnectionString);
    }
}
