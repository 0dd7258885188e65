using PerfFlow.Platform.Commands;
using Xunit;

namespace PerfFlow.Tests.Commands;

/// <summary>Roles in several processes meet through servers, never in memory.</summary>
public class ServingSomeRoles
{
    [Theory]
    [InlineData("platform")]
    [InlineData("platform,intake")]
    [InlineData("nobody")]
    public async Task Serve_WithoutABrokerForTheRoles_IsBadUsage(string roles)
    {
        Assert.Equal(2, await PlatformCommandLine.RunAsync(["serve", "--roles", roles, "--port", "0"]));
    }
}
