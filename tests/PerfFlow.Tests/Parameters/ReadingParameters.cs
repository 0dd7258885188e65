using PerfFlow.Platform.Parameters;
using Xunit;

namespace PerfFlow.Tests.Parameters;

public class ReadingParameters
{
    [Fact]
    public void Unset_GivesDefaultsOfTheRegister()
    {
        var defaults = RegionParameters.Defaults;
        Assert.Equal(500m, defaults.Get(ParameterRegister.ExAnteThreshold));
        Assert.Equal(90, defaults.Get(ParameterRegister.WeightFilingTotal));
        Assert.Equal([5, 2, 0], defaults.Get(ParameterRegister.RemindBefore));
        Assert.Equal(["优", "良", "中", "差"], defaults.Get(ParameterRegister.GradeLabels));
    }

    [Fact]
    public void Override_Wins() => Assert.Equal(200m, With("ex_ante.threshold", "200").Get(ParameterRegister.ExAnteThreshold));

    [Theory]
    [InlineData("ex_ante.op", "≥")]
    [InlineData("weights.filing_total", "80")]
    [InlineData("remind.before", "5,two")]
    [InlineData("remind.at", "9 o'clock")]
    [InlineData("calendar.extra_off", "2024-06-31")]
    public void UnreadableText_IsNotAcceptedAndNeverGuessed(string name, string text)
    {
        var key = ParameterRegister.All.Single(k => k.Name == name);
        Assert.False(key.Accepts(text));
        Assert.True(key.Accepts(key.DefaultText));
        Assert.Throws<FormatException>(() => With("weights.filing_total", "80").Get(ParameterRegister.WeightFilingTotal));
    }

    [Fact]
    public void Names_AreUniqueAndDefaultsReadable()
    {
        Assert.Equal(ParameterRegister.All.Count, ParameterRegister.All.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(ParameterRegister.All, k => Assert.True(k.Accepts(k.DefaultText), k.Name));
        Assert.True(ParameterRegister.All.Count >= 40);
    }

    private static RegionParameters With(string name, string text) => new(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = text });
}
