using PerfFlow.Tests.Appraisals;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.SpotChecks;
using Xunit;

namespace PerfFlow.Tests.Operations;

/// <summary>A spot check whose result the unit may dispute: what its silence will do is told before.</summary>
public sealed class ExplainingSilence(PostgresServer postgres)
{
    [Fact]
    public async Task TimerBesideTheTask_IsToldWithWhatItDoes()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "spot-check");
        await desk.FileAsync("school", CheckingOnTheSpot.Evidenced, "evidence");
        await desk.FileAsync("culture", CheckingOnTheSpot.ScoredAgain);
        await desk.DecidedAsync("performance", "Approve");

        using var clerk = new Visitor(desk.App.Address);
        await clerk.SignedInAsync(desk.County.UserNameOf("school"), desk.County.PasswordOf("school"));
        var page = await clerk.PageAsync($"/cases/{desk.CaseId}/explain");

        var text = page.QuerySelector("main")!.TextContent;
        Assert.Matches("到[0-9-]{10}仍未办理，系统自动处理：事项办结。", text);
        Assert.Contains("事项办结", page.QuerySelector("[data-outcome=Accept]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("绩效科", page.QuerySelector("[data-outcome=Submit]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await clerk.PageAsync($"/filings/{desk.CaseId}")).QuerySelector("[data-explain]"));
    }
}
