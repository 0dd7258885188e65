using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Faults;

/// <summary>The round as it goes when nobody pulls the plug: in the test's own process, once for all tests of the class.</summary>
public sealed class UndisturbedRound(PostgresServer postgres)
{
    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal) { ["Identity:HashRounds"] = "1000", ["Identity:SlowestAnswerSeconds"] = "0" };

    private Task<IReadOnlyList<string>>? outcome;

    /// <summary>The lines of <see cref="RoundOutcome"/>.</summary>
    public Task<IReadOnlyList<string>> OutcomeAsync() => outcome ??= RunAsync();

    private async Task<IReadOnlyList<string>> RunAsync()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres, Quick);
        var county = await FaultCounty.CreateAsync(app.Services);
        await using var plug = Plug.Untouched();
        using var round = new FilingRound(app.Address, county, plug);
        await round.SignInAsync();
        var notice = await round.IssueAsync();
        await RoundDatabase.MoveClockAsync(app.Database.OwnerConnectionString);
        await using (var db = app.Db())
        {
            app.Get<RegionClock>().Forget(db.Regions.Single().Id);
        }

        await RoundDatabase.UntilToldAsync(app.Database.OwnerConnectionString);
        await round.FileAndReviewAsync(notice);
        return await RoundOutcome.ReadAsync(app.Database.OwnerConnectionString);
    }
}
