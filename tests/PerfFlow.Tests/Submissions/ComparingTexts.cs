using PerfFlow.Platform.Submissions;
using Xunit;

namespace PerfFlow.Tests.Submissions;

public class ComparingTexts
{
    [Theory]
    [InlineData("配备技术人员48名", "配备技术人员42名", "配备技术人员-48-+42+名")]
    [InlineData("学生健康水平明显改善。", "学生常见病监测覆盖率不低于98%。", "学生-健康水平明显改善-+常见病监测覆盖率不低于98%+。")]
    [InlineData("", "新增一行", "+新增一行+")]
    [InlineData("删去", "", "-删去-")]
    [InlineData("一样", "一样", "一样")]
    [InlineData("共1,250.50万元", "共1,260.50万元", "共-1,250.50-+1,260.50+万元")]
    public void Change_IsShownInReadableStretches(string before, string after, string expected) =>
        Assert.Equal(expected, string.Concat(TextDiff.Compare(before, after).Select(s => s.Kind switch { DiffKind.Removed => $"-{s.Text}-", DiffKind.Added => $"+{s.Text}+", _ => s.Text })));

    [Fact]
    public void Spans_GiveBackBothTexts()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var (before, after) = (Make(), Make());
            var spans = TextDiff.Compare(before, after);
            Assert.Equal(before, string.Concat(spans.Where(s => s.Kind != DiffKind.Added).Select(s => s.Text)));
            Assert.Equal(after, string.Concat(spans.Where(s => s.Kind != DiffKind.Removed).Select(s => s.Text)));
        }

        string Make() => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => "甲乙丙12，。"[random.Next(7)]));
    }
}
