using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Reviews;

/// <summary>What a decision is called: the same outcome has another name in another link of the chain (销号, 终审通过, 准予延期).</summary>
public static class OutcomeWords
{
    /// <summary>The text <c>outcomes.&lt;definition&gt;.&lt;outcome&gt;</c>, else <c>outcomes.&lt;outcome&gt;</c>.</summary>
    public static string Of(Texts texts, string definition, string outcome)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Has($"outcomes.{definition}.{outcome}") ? texts[$"outcomes.{definition}.{outcome}"] : texts[$"outcomes.{outcome}"];
    }
}
