using System.Globalization;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>What the engine says is a code with names; every code has its sentence in every language.</summary>
public class ReasonsInWords
{
    private static readonly TextCatalogue Catalogue = new(typeof(Texts).Assembly, strict: true);

    public static TheoryData<string> Languages => [TextCatalogue.Chinese, TextCatalogue.English];

    [Theory]
    [MemberData(nameof(Languages))]
    public void EveryCode_HasASentence_AndEverySentenceACode(string language)
    {
        var texts = Catalogue.In(language);
        foreach (var code in ReasonCodes.All)
        {
            Assert.True(texts.Has($"reason.{code}"), code);
            Assert.NotEqual("", texts.Reason(new Reason(code, "a", "b", "c")));
        }

        Assert.NotEmpty(ReasonCodes.All);
        Assert.DoesNotContain(Catalogue.Keys, key => key.StartsWith("reason.", StringComparison.Ordinal) && key != "reason.column" && !ReasonCodes.All.Contains(key[7..]));
    }

    [Fact]
    public void WrittenReason_IsReadAgain_AndOtherWordsStayThemselves()
    {
        var texts = Catalogue.In(TextCatalogue.Chinese);
        var reason = new Reason(ReasonCodes.ReadOf, "金额", "null") { Column = 7 };
        Assert.Equal("从 null 中读取“金额”。（第7列）", texts.Incident(reason.Written));
        Assert.Equal("'x' is read of null. Column 3.", texts.Incident("'x' is read of null. Column 3."));
        Assert.Equal("预算不足", texts.Incident("预算不足"));
        Assert.Equal("0", Reason.Read(new Reason(ReasonCodes.NoVariable, "x").Written)!.Column.ToString(CultureInfo.InvariantCulture));
    }
}
