using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Signers;
using Xunit;

namespace PerfFlow.Tests.Handover;

/// <summary>离职交接 of what is no task yet: a seat whose turn has not come, a case that comes straight back to whoever returned it.</summary>
public sealed class SucceedingASigner(SigningDesk desk) : IClassFixture<SigningDesk>
{
    private const string Reason = "调离本单位，工作移交";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatWillComeToALeaver_ComesToTheSuccessor()
    {
        var (guard, successor) = await PeopleAsync();

        // A case that 周某某 has returned straight, while the definition is still the shipped one.
        var returned = await desk.FiledAsync();
        await returned.DoneAsync("culture", $"/api/cases/{returned.CaseId}/return-to", new
        {
            visit = await returned.VisitAsync("culture"), target = "fill", straight = true, reasons = new[] { "TH02" }, text = "请补充项目依据和测算过程。", due = "2023-10-18",
        });
        await desk.PublishAsync("""{"mode": "turn", "input": "signers"}""", ("third", 1), ("culture", 1), ("second", 1));
        var signed = await desk.FiledAsync();
        Assert.Equal("third", await signed.WaitsForAsync("culture", "second", "third"));

        // Whoever signs beside the leaver cannot take that seat too; the way straight back they can.
        var seen = await HandOverAsync(guard, "culture", desk.IdOf("second"));
        Assert.Contains($"待签 {signed.CaseId}号事项", seen.Before, StringComparison.Ordinal);
        Assert.Contains($"待回 {returned.CaseId}号事项", seen.Before, StringComparison.Ordinal);
        Assert.DoesNotContain("妇幼健康服务", seen.Before, StringComparison.Ordinal);
        Assert.Contains("办成2项，未办成1项", seen.After, StringComparison.Ordinal);
        Assert.Contains("未交接：已经请过这个人，或者本来就要其签署。", seen.After, StringComparison.Ordinal);
        Assert.Equal(["冯某某 Open", "周某某 Waiting", "郑某某 Waiting"], await signed.SeatsAsync("third"));

        var second = await HandOverAsync(guard, "second", successor.UserId);
        Assert.Contains("未办成0项", second.After, StringComparison.Ordinal);
        Assert.Equal(["冯某某 Open", "周某某 Waiting", "吴某某 Waiting"], await signed.SeatsAsync("third"));

        await returned.FileAgainAsync();
        await using (var db = desk.Office.App.Db())
        {
            Assert.Equal(successor.UserId, (await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == returned.CaseId, Ct)).PersonId);
        }

        await signed.ApproveAsync("third");
        await using (var db = desk.Office.App.Db())
        {
            Assert.Equal(desk.IdOf("culture"), (await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == signed.CaseId, Ct)).PersonId);
        }

        using var visitor = await new Visitor(desk.Office.App.Address).SignedInAsync(successor.UserName, successor.StartPassword);
        Assert.Contains("接替：郑某某尚未轮到的事项改由吴某某办理", (await visitor.PageAsync($"/reviews/{signed.CaseId}?tab=trail")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/cases/{signed.CaseId}/picture")).StatusCode);
        await Guarantees.AssertHoldAsync(desk.Office.App);
        await Guarantees.AssertTrailAsync(desk.Office.App);
    }

    /// <summary>The page of the leaver's things before, and what became of them.</summary>
    private async Task<(string Before, string After)> HandOverAsync(MadeAccount guard, string leaver, long successor)
    {
        using var visitor = await new Visitor(desk.Office.App.Address).SignedInAsync(guard.UserName, guard.StartPassword);
        var address = $"/organisation/people/{desk.IdOf(leaver)}/leave";
        var before = (await visitor.PageAsync(address)).QuerySelector("main")!.TextContent;
        using var answer = await visitor.SubmitAsync(address, address, ("to", successor.ToString(CultureInfo.InvariantCulture)), ("reason", Reason));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (before, (await Visitor.ReadAsync(answer)).QuerySelector("main")!.TextContent);
    }

    private async Task<(MadeAccount Guard, MadeAccount Successor)> PeopleAsync()
    {
        var county = desk.Office.County;
        await using var scope = desk.Office.App.Scope();
        var create = scope.ServiceProvider.GetRequiredService<CreateAccount>();
        var guard = (await create.RunAsync(null, new NewAccount(county.RegionId, "guard", "钱某某", Demo: true), Ct)).Value;
        NoticeOffice.Done(await scope.ServiceProvider.GetRequiredService<GrantRole>()
            .RunAsync(null, county.RegionId, new RoleInput(guard.UserId, county.Bureau.Id, Roles.SecurityAdministrator, new DateOnly(2020, 1, 1)), Ct));
        return (guard, (await create.RunAsync(null, new NewAccount(county.RegionId, "successor", "吴某某", Demo: true), Ct)).Value);
    }
}
