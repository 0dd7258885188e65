using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class NumberingNotices(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FiftyIssuesAtOnce_LeaveNoGapAndNoRepeat()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var notices = new List<long>();
        for (var i = 0; i < 50; i++)
        {
            notices.Add(await office.SignedAsync());
        }

        var clerk = await office.County.AsAsync("performance");
        var issue = office.App.Get<IssueNotice>();
        var issued = await Task.WhenAll(notices.ConvertAll(id => issue.RunAsync(clerk, id, office.Command(), Ct)));
        Assert.All(issued, NoticeOffice.Done);
        Assert.Equal(Enumerable.Range(1, 50), issued.Select(i => DocumentNumber.Parse(i.Value.Number)!.Seq).Order());
        await using var db = office.App.Db();
        Assert.Equal(50, await db.Journal.CountAsync(j => j.CaseId == -office.County.RegionId && j.Act == "NumberGiven", Ct));
        Assert.Equal(150, await db.Cases.CountAsync(c => c.NoticeId != null, Ct));
        await App.Guarantees.AssertHoldAsync(office.App);
    }

    [Fact]
    public async Task RefusedIssue_KeepsItsNumberForTheNextTry()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.SignedAsync();
        var clerk = await office.County.AsAsync("performance");
        await using var db = office.App.Db();
        var notice = await db.Notices.AsNoTracking().SingleAsync(n => n.Id == id, Ct);
        var line = await office.App.Get<NumberLedger>().GiveAsync(notice, new(clerk.UserId, "FIN_PERF", office.County.Bureau.Id), Ct);
        var other = await office.IssuedAsync();
        NoticeOffice.Done(await office.App.Get<IssueNotice>().RunAsync(clerk, id, office.Command(), Ct));
        Assert.Equal(line.Number.ToString(), (await office.StateAsync(id)).Number);
        Assert.Equal("青财绩效〔2023〕2号", (await office.StateAsync(other)).Number);
    }

    [Fact]
    public async Task VoidedNumber_StaysWithItsReason_AndIsNeverGivenAgain()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var clerk = await office.County.AsAsync("performance");
        var ledger = office.App.Get<NumberLedger>();
        NoticeOffice.Done(await ledger.StartAfterAsync(clerk, "青财绩效", 2023, 85, Ct));
        var command = office.Command();
        var paper = await ledger.GiveByHandAsync(clerk, "青财绩效", "纸质函", command, Ct);
        Assert.Equal("青财绩效〔2023〕86号", paper.Value.Number.ToString());
        Assert.Equal(paper.Value.Id, (await ledger.GiveByHandAsync(clerk, "青财绩效", "纸质函", command, Ct)).Value.Id);
        NoticeOffice.Refused("notices-reason-required", await ledger.VoidAsync(clerk, paper.Value.Id, "", Ct));
        NoticeOffice.Done(await ledger.VoidAsync(clerk, paper.Value.Id, "打印错误", Ct));
        NoticeOffice.Refused("number-voided", await ledger.VoidAsync(clerk, paper.Value.Id, "再来一次", Ct));
        Assert.Equal(87, (await ledger.GiveByHandAsync(clerk, "青财绩效", "又一份", office.Command(), Ct)).Value.Seq);
        NoticeOffice.Refused("number-start-late", await ledger.StartAfterAsync(clerk, "青财绩效", 2023, 10, Ct));
        NoticeOffice.Refused("right-manage-notices", await ledger.GiveByHandAsync(await office.County.AsAsync("culture"), "青财绩效", "越权", office.Command(), Ct));
    }

    [Theory]
    [InlineData("青财绩效〔2023〕31号", "青财绩效〔2023〕31号")]
    [InlineData("青财绩效[2023]031号", "青财绩效〔2023〕31号")]
    [InlineData("青财绩效（２０２３）第31号", "青财绩效〔2023〕31号")]
    [InlineData(" 浔财字 【2022】 3 号 ", "浔财字〔2022〕3号")]
    [InlineData("浔财字〔2022〕0号", null)]
    [InlineData("财〔2022〕3号", null)]
    [InlineData("浔财字〔1822〕3号", null)]
    [InlineData("浔财字2022-3号", null)]
    [InlineData(null, null)]
    public void TypedNumber_IsPutRightOrRefused(string? typed, string? number) => Assert.Equal(number, DocumentNumber.Parse(typed)?.ToString());
}
