using System.Text;
using PerfFlow.Platform.Submissions;
using Xunit;

namespace PerfFlow.Tests.Submissions;

public class KeepingADraft
{
    [Fact]
    public void Form_SurvivesItsCanonicalBytes()
    {
        var bytes = GoalFilingText.ToJson(SampleFiling.Form);
        var read = GoalFilingText.FromJson(bytes);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(GoalFilingText.ToJson(read)));
        Assert.Equal(SampleFiling.Form.Indicators, read.Indicators);
        Assert.Equal(SampleFiling.Form.Annual, read.Annual);
    }

    [Fact]
    public void SameContentWrittenOtherwise_HasTheSameHash()
    {
        var fields = GoalFilingText.ToFields(SampleFiling.Form).Select(f => f.Key switch
        {
            "funds.annual.total" => new KeyValuePair<string, string>(f.Key, " ４68.00 "),
            "indicators[1].level2" => new(f.Key, "数量指标"),
            "indicators[1].operator" => new(f.Key, ">="),
            "project.attribute" => new(f.Key, "延续"),
            "filedOn" => new(f.Key, "2023年10月16日"),
            "goal.annual" => new(f.Key, f.Value + "\r\n"),
            _ => f,
        });
        Assert.Equal(GoalFilingText.Hash(SampleFiling.Form), GoalFilingText.Hash(GoalFilingText.FromFields(fields)));
    }

    [Fact]
    public void Hash_IsPinned() => Assert.Equal("a42d09c70be0438fd5aba2571cda8c17d130fda5322db024d9d09b43f8fb4fdf", GoalFilingText.Hash(SampleFiling.Form));

    [Fact]
    public void UnreadableText_IsKeptAsTyped()
    {
        var form = GoalFilingText.FromFields(
        [
            new("funds.annual.total", "四百六十八万"),
            new("indicators[7].weight", "10分左右"),
            new("indicators[7].name", "体检人数"),
            new("nonsense", "ignored"),
            new("filedOn", "十月中旬"),
        ]);
        Assert.Null(form.Annual.Total);
        Assert.Equal("四百六十八万", form.Unread["funds.annual.total"]);
        var again = GoalFilingText.FromJson(GoalFilingText.ToJson(form));
        Assert.Equal("10分左右", again.Unread["indicators[7].weight"]);
        Assert.Equal("十月中旬", again.Unread["filedOn"]);
        Assert.Equal("体检人数", Assert.Single(again.Indicators).Name);
    }

    [Fact]
    public void LaterReadableText_ReplacesTheUnreadOne()
    {
        var form = GoalFilingText.FromFields([new("funds.annual.total", "很多"), new("funds.annual.total", "1,468.5")]);
        Assert.Equal(1468.5m, form.Annual.Total);
        Assert.Empty(form.Unread);
    }

    [Fact]
    public void HostileCharacters_DoNotReachTheStore()
    {
        var form = GoalFilingText.FromFields([new("plan", "一\u0000二\ud800三"), new("phone", "0578\u0007")]);
        Assert.Equal("一二\ufffd三", form.Plan);
        Assert.Equal("0578", form.Phone);
    }

    [Fact]
    public void NewRow_NeverTakesAnOldId() => Assert.Equal("9", GoalFilingForm.NextRowId(["3", "8", "1"]));

    [Fact]
    public void Difference_FollowsRowsByTheirId()
    {
        var old = SampleFiling.Form;
        var newer = old with
        {
            Annual = new FundAmounts(416m, 416m, 0m),
            Indicators = [.. old.Indicators.Where(r => r.Id != "4").Reverse().Select(r => r.Id == "1" ? r with { Value = "36" } : r), SampleFiling.Row("9", "1", "13", "开学后人员到位天数", Platform.Indicators.IndicatorOperator.AtMost, "5", "工作日", 10)],
        };
        var diff = FormDiff.Between(GoalFiling.Write(old), GoalFiling.Write(newer));
        Assert.Equal(["funds.annual.total", "funds.annual.fiscal"], diff.Fields.Select(f => f.Path));
        Assert.Equal((3, 1, 1), (diff.Changed, diff.Added, diff.Removed));
        Assert.Equal(("42", "36"), (diff.At("indicators[1].value")!.Old, diff.At("indicators[1].value")!.New));
        Assert.Equal("indicators[9]", diff.Rows.Single(r => r.Kind == RowChangeKind.Added).Path);
        Assert.Equal("indicators[4]", diff.Rows.Single(r => r.Kind == RowChangeKind.Removed).Path);
        Assert.True(FormDiff.Between(GoalFiling.Write(old), GoalFiling.Write(old)).IsEmpty);
    }
}
