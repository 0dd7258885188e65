using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.App;

/// <summary>
/// One process with one small county for all tests of a class, each with accounts of its own: for tests that neither
/// change what another reads nor mind that the clock only moves forwards.
/// </summary>
public sealed class OneCounty(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal)
    {
        ["Identity:SlowestAnswerSeconds"] = "0",
    };

    private int accounts;

    public PerfFlowApp App { get; private set; } = null!;

    public SmallCounty County { get; private set; } = null!;

    /// <summary>An account name that no other test of the class has.</summary>
    public string NewName() => $"person-{Interlocked.Increment(ref accounts)}";

    public async ValueTask InitializeAsync()
    {
        App = await PerfFlowApp.StartAsync(postgres, Quick);
        County = await SmallCounty.CreateAsync(App);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
