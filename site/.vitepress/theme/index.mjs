import DefaultTheme from 'vitepress/theme-without-fonts'
import DrawHere from './DrawHere.vue'
import './theme.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('draw-here', DrawHere)
  },
}
