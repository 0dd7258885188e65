using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Parameters;

/// <summary>How the texts of settings look to a reader.</summary>
internal static class ParameterPageWords
{
    /// <summary>A value as words: a choice by its name, a list with Chinese commas, nothing as 无.</summary>
    public static string Value(Texts texts, ParameterEntry entry, string value) => value switch
    {
        "" => texts["parameters.nothing"],
        _ when entry.Options.Contains(value) => Option(texts, entry, value),
        _ => string.Join('、', value.Split(',').Select(part => Option(texts, entry, part))),
    };

    /// <summary>The words of one choice; what has none is shown as it is.</summary>
    public static string Option(Texts texts, ParameterEntry entry, string value)
    {
        var key = entry.Check is null ? $"parameters.option.{value}" : $"parameters.level.{value}";
        return texts.Has(key) ? texts[key] : value;
    }

    public static string Scope(Texts texts, int year) => year == 0 ? texts["parameters.all-years"] : texts["parameters.year", year];
}
